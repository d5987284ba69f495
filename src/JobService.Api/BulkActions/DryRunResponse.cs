using JobService.Api.Jobs;

namespace JobService.Api.BulkActions;

/// <summary>What a bulk action would act on. Nothing was changed.</summary>
internal sealed record DryRunResponse
{
    /// <summary>How many jobs.</summary>
    /// <example>1200</example>
    public required long Matched { get; init; }

    /// <summary>Whether there may be more: counting takes two seconds at most.</summary>
    /// <example>false</example>
    public required bool Partial { get; init; }

    /// <summary>Some of them, up to ten, the newest first.</summary>
    public required IReadOnlyList<JobResponse> Sample { get; init; }
}
