using SkiaSharp;

namespace JobService.Samples.Thumbnails;

/// <summary>How a picture is to be shown: a camera writes it as its sensor lay, and notes beside it how that was.</summary>
internal static class Orientation
{
    /// <summary>The size of a picture as it is shown.</summary>
    public static SKSizeI SizeOf(SKBitmap picture, SKEncodedOrigin origin) => Swap(new SKSizeI(picture.Width, picture.Height), origin);

    /// <summary>From the size shown to the one in the file and back: a quarter of a turn swaps the sides.</summary>
    public static SKSizeI Swap(SKSizeI size, SKEncodedOrigin origin) =>
        origin >= SKEncodedOrigin.LeftTop ? new SKSizeI(size.Height, size.Width) : size;

    /// <summary>A new bitmap of the picture as it is shown.</summary>
    public static SKBitmap Turn(SKBitmap picture, SKEncodedOrigin origin)
    {
        var size = SizeOf(picture, origin);
        var turned = new SKBitmap(size.Width, size.Height);
        using var canvas = new SKCanvas(turned);
        canvas.SetMatrix(MatrixOf(origin, size.Width, size.Height));
        canvas.DrawBitmap(picture, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest));
        return turned;
    }

    private static SKMatrix MatrixOf(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, width, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, width, -1, 0, height, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, height, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
