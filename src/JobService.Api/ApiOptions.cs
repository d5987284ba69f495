using System.ComponentModel.DataAnnotations;

namespace JobService.Api;

/// <summary>What the API takes in, bound to <c>JobService:Api</c>.</summary>
internal sealed class ApiOptions
{
    public const string Section = "JobService:Api";

    /// <summary>
    /// The most bytes of a request's body, of a line of a streamed one, and of a payload among others; 1 KiB to 64 MiB, default 1 MiB.
    /// A JSON bulk as a whole may have 64 MiB.
    /// </summary>
    [Range(1024, 64 * 1024 * 1024, ErrorMessage = "JobService:Api:MaxBodyBytes must be between 1024 and 67108864.")]
    public int MaxBodyBytes { get; set; } = 1024 * 1024;
}
