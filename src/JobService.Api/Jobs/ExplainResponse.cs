using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>Why a job is not running, and when it will.</summary>
internal sealed record ExplainResponse
{
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public required string Id { get; init; }

    public required JobState State { get; init; }

    /// <summary>When its time comes; null when it has come, or never will.</summary>
    public required DateTimeOffset? RunsAt { get; init; }

    /// <summary>
    /// How many queued jobs of its queue come before it, by priority and then age, with limit keys and without; null when it isn't queued. Up to 10,000 are counted, in up to 10,000
    /// sets of limit keys. A job that a limit holds up lets those behind it pass, and of one priority keys take turns with each other and with jobs without.
    /// </summary>
    /// <example>3</example>
    public required int? Position { get; init; }

    /// <summary>The live workers that could run it.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    public required IReadOnlyList<ExplainReason> Reasons { get; init; }
}
