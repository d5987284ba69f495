using System.ComponentModel.DataAnnotations;

namespace JobService.Api.Jobs;

/// <summary>A job to enqueue. Only the type is required.</summary>
internal sealed record EnqueueRequest : JobRequest
{
    /// <summary>What kind of work it is, <c>^[a-z0-9][a-z0-9._:-]{0,127}$</c>; it picks the handler.</summary>
    /// <example>email.send</example>
    [Required]
    public string? Type { get; init; }
}
