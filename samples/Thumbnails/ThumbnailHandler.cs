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
        var folder = Path.GetFullPath(options.Value.Folder);
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

        using var picture = SKBitmap.Decode(codec);
        if (picture is null)
            return JobOutcome.FailForGood("thumbnail.format", $"{payload.File} is damaged.");

        var height = Math.Max(1, picture.Height * payload.Width / picture.Width);
        using var small = picture.Resize(new SKSizeI(payload.Width, height), new SKSamplingOptions(SKCubicResampler.Mitchell));
        using var jpeg = small.Encode(SKEncodedImageFormat.Jpeg, Quality);
        var target = Path.ChangeExtension(source, $".{payload.Width}.jpg");
        await WriteAsync(jpeg, target, cancellationToken);
        return new ThumbnailResult(Path.GetRelativePath(folder, target), payload.Width, height, jpeg.Size);
    }

    private static async Task WriteAsync(SKData jpeg, string target, CancellationToken cancellationToken)
    {
        var draft = $"{target}.{Guid.NewGuid():N}";
        await using (var file = File.Create(draft))
            await jpeg.AsStream().CopyToAsync(file, cancellationToken);
        File.Move(draft, target, overwrite: true);
    }
}
