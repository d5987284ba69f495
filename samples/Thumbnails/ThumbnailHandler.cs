using JobService.Core.Handlers;
using Microsoft.Extensions.Options;
using SkiaSharp;

namespace JobService.Samples.Thumbnails;

/// <summary>
/// Makes a thumbnail of a picture. Running twice writes the same file twice, by a rename, so nobody ever sees half of one.
/// </summary>
[Job("images.thumbnail")]
internal sealed class ThumbnailHandler(IOptions<ThumbnailOptions> options) : IJobHandler<ThumbnailPayload, ThumbnailResult>
{
    private const int MinWidth = 16;
    private const int MaxWidth = 2048;
    private const long MaxPixels = 100_000_000;
    private const int Quality = 85;

    public async Task<JobOutcome<ThumbnailResult>> HandleAsync(ThumbnailPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Value.Folder));
        var source = Path.GetFullPath(payload.File, folder);
        if (!source.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return JobOutcome.FailForGood("thumbnail.path", "The file lies outside the folder of pictures.");
        if (payload.Width is < MinWidth or > MaxWidth)
            return JobOutcome.FailForGood("thumbnail.width", $"The width must be from {MinWidth} to {MaxWidth}.");

        // Missing today, it may be there at the next attempt: whoever uploads it enqueues first, perhaps.
        if (!File.Exists(source))
            return JobOutcome.Fail("thumbnail.missing", $"There is no file {payload.File}.");

        using var codec = SKCodec.Create(source);
        if (codec is null)
            return JobOutcome.FailForGood("thumbnail.format", $"{payload.File} is not a picture that can be read.");
        if ((long)codec.Info.Width * codec.Info.Height > MaxPixels)
            return JobOutcome.FailForGood("thumbnail.size", $"{payload.File} has more than {MaxPixels} pixels.");

        using var picture = new SKBitmap(codec.Info.Width, codec.Info.Height);
        var read = codec.GetPixels(picture.Info, picture.GetPixels());
        if (read == SKCodecResult.IncompleteInput)
            return JobOutcome.Fail("thumbnail.incomplete", $"{payload.File} ends too early; it may still be arriving.");
        if (read != SKCodecResult.Success)
            return JobOutcome.FailForGood("thumbnail.format", $"{payload.File} is damaged.");

        var shown = Orientation.SizeOf(picture, codec.EncodedOrigin);
        var height = Math.Max(1, (long)shown.Height * payload.Width / shown.Width);
        if (height * payload.Width > MaxPixels)
            return JobOutcome.FailForGood("thumbnail.size", $"{payload.File} is so narrow that its thumbnail would have more than {MaxPixels} pixels.");

        using var small = Shrink(picture, codec.EncodedOrigin, new SKSizeI(payload.Width, (int)height));
        using var jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);

        // Added to the whole name, since beach.png and beach.jpg may both be there.
        var target = $"{source}.{payload.Width}.jpg";
        await WriteAsync(jpeg, target, cancellationToken);
        return new ThumbnailResult(Path.GetRelativePath(folder, target), small.Width, small.Height, jpeg.Size);
    }

    private static SKBitmap Shrink(SKBitmap picture, SKEncodedOrigin origin, SKSizeI size)
    {
        // Shrunk as it lies in the file and turned then, since turning costs by the pixel.
        using var small = picture.Resize(Orientation.Swap(size, origin), new SKSamplingOptions(SKCubicResampler.Mitchell));
        return Orientation.Turn(small, origin);
    }

    private static async Task WriteAsync(SKData jpeg, string target, CancellationToken cancellationToken)
    {
        var draft = $"{target}.{Guid.NewGuid():N}";
        try
        {
            await using (var file = File.Create(draft))
                await jpeg.AsStream().CopyToAsync(file, cancellationToken);
            File.Move(draft, target, overwrite: true);
        }
        finally
        {
            // Still there when the write was cancelled or failed.
            File.Delete(draft);
        }
    }
}
