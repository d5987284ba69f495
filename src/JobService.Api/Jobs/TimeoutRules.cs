using JobService.Api.Json;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>Completes the limits a caller gives: either alone implies the other, with the default grace between them.</summary>
internal static class TimeoutRules
{
    public static TimeoutPolicy Apply(TimeoutPolicy policy, TimeoutRequest? request, string at, RequestFaults faults)
    {
        if (request is not { Limits: var limits })
            return policy;

        var softAt = request.IsSoftOnly ? at : at + "/soft";
        faults.AddUnknown(at, limits.Unknown);
        var soft = Limit(softAt, limits.Soft, faults);
        var hard = Limit(at + "/hard", limits.Hard, faults);
        if (hard < soft)
            faults.Add(at + "/hard", "Expected the hard limit to be no shorter than the soft one.");

        return (soft, hard) switch
        {
            ({ } s, { } h) => new TimeoutPolicy { Soft = s, Hard = h },
            ({ } s, null) => new TimeoutPolicy { Soft = s, Hard = Shorter(s + TimeoutPolicy.DefaultGrace, TimeoutPolicy.Longest) },
            (null, { } h) => new TimeoutPolicy { Soft = h - Shorter(TimeoutPolicy.DefaultGrace, h / 2), Hard = h },
            (null, null) => policy,
        };
    }

    private static TimeSpan? Limit(string pointer, JsonDuration? given, RequestFaults faults) =>
        faults.Duration(pointer, given, TimeoutPolicy.Shortest, TimeoutPolicy.Longest, "from 1 ms to 7 days");

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
