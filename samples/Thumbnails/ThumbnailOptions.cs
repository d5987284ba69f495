using System.ComponentModel.DataAnnotations;

namespace JobService.Samples.Thumbnails;

/// <summary>Where the pictures are; bound to <c>Thumbnails</c>.</summary>
internal sealed class ThumbnailOptions
{
    public const string Section = "Thumbnails";

    /// <summary>The only folder that is read and written: payloads name files within it.</summary>
    [Required]
    public required string Folder { get; set; }
}
