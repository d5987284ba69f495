namespace JobService.Samples.Thumbnails;

/// <summary><c>{"file": "holiday/beach.jpg", "width": 320}</c></summary>
internal sealed record ThumbnailPayload
{
    public required string File { get; init; }

    /// <summary>In pixels: 16 to 2048.</summary>
    public int Width { get; init; } = 320;
}
