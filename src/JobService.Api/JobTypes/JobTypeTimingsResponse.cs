using JobService.Core.JobTypes;
using JobService.Core.Timeouts;

namespace JobService.Api.JobTypes;

/// <summary>How long the jobs of a type took, of those among the last 10,000 of any type that finished after they had run.</summary>
internal sealed record JobTypeTimingsResponse
{
    /// <summary>How many they are.</summary>
    /// <example>42</example>
    public required int Jobs { get; init; }

    /// <summary>From when they were due to the start of their last attempt: half of them waited no longer.</summary>
    /// <example>3ms</example>
    public required string WaitMedian { get; init; }

    /// <summary>95 of 100 waited no longer.</summary>
    /// <example>40ms</example>
    public required string Wait95 { get; init; }

    /// <summary>From that start to the end: half of them ran no longer.</summary>
    /// <example>120ms</example>
    public required string RunMedian { get; init; }

    /// <summary>95 of 100 ran no longer.</summary>
    /// <example>900ms</example>
    public required string Run95 { get; init; }

    public static JobTypeTimingsResponse From(JobTypeTimings timings) => new()
    {
        Jobs = timings.Jobs,
        WaitMedian = DurationText.Format(timings.WaitMedian),
        Wait95 = DurationText.Format(timings.Wait95),
        RunMedian = DurationText.Format(timings.RunMedian),
        Run95 = DurationText.Format(timings.Run95),
    };
}
