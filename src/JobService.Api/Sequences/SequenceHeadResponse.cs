using JobService.Core.Jobs;

namespace JobService.Api.Sequences;

/// <summary>The job whose turn it is.</summary>
internal sealed record SequenceHeadResponse
{
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public required string Id { get; init; }

    /// <summary>Null where it is no longer kept.</summary>
    /// <example>failed</example>
    public required JobState? State { get; init; }
}
