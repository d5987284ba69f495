using System.ComponentModel.DataAnnotations;

namespace JobService.Architecture.Tests.Controls;

/// <summary>Breaks the rules about options.</summary>
internal sealed class LooseOptions
{
    public const string Section = "JobService:Loose";

    [Range(1, 2)]
    public int WithoutKey { get; set; }

    public TimeSpan? WithoutRange { get; set; }

    [Range(1, 2, ErrorMessage = $"{Section}:{nameof(Good)} must be between 1 and 2.")]
    public int Good { get; set; }
}
