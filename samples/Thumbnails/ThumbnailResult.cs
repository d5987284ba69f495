namespace JobService.Samples.Thumbnails;

/// <summary>What was made.</summary>
internal sealed record ThumbnailResult(string File, int Width, int Height, long Bytes);
