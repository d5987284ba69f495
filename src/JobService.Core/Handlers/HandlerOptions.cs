using System.ComponentModel.DataAnnotations;

namespace JobService.Core.Handlers;

/// <summary>Bounds on what handlers answer; bound to <c>JobService:Handlers</c>.</summary>
public sealed class HandlerOptions
{
    public const string Section = "JobService:Handlers";

    /// <summary>How large a result may be, in bytes of JSON: 1 to 64 MiB, default 1 MiB. A larger one fails the job as <c>result.too-large</c>.</summary>
    [Range(1, 64 * 1024 * 1024, ErrorMessage = "JobService:Handlers:MaxResultBytes must be between 1 and 67108864.")]
    public int MaxResultBytes { get; set; } = 1024 * 1024;
}
