using System.Collections.Frozen;
using JobService.Api.Json;
using JobService.Core.Retries;

namespace JobService.Api.Jobs;

/// <summary>Lays what a caller says of retries over a policy, within the ranges of <see cref="RetryPolicy"/>.</summary>
internal static class RetryRules
{
    private const int MaxDelays = 100;
    private const int MaxGlobs = 32;
    private const int MaxGlobLength = 256;
    private static readonly TimeSpan LongestElapsed = TimeSpan.FromDays(3650);

    private static readonly FrozenDictionary<string, BackoffKind> Backoffs = Words<BackoffKind>();
    private static readonly FrozenDictionary<string, Jitter> Jitters = Words<Jitter>();

    public static RetryPolicy Apply(RetryPolicy policy, RetryRequest? request, string at, RequestFaults faults)
    {
        if (request is null)
            return policy;

        faults.AddUnknown(at, request.Unknown);
        var applied = policy with
        {
            MaxAttempts = faults.Number(at + "/maxAttempts", request.MaxAttempts, 1, RetryPolicy.MaxAttemptsLimit) ?? policy.MaxAttempts,
            Backoff = faults.Word(at + "/backoff", request.Backoff, Backoffs) ?? policy.Backoff,
            Base = Delay(at + "/base", request.Base, faults) ?? policy.Base,
            Factor = faults.Number(at + "/factor", request.Factor, 1d, 100d) ?? policy.Factor,
            Max = Delay(at + "/max", request.Max, faults) ?? policy.Max,
            Jitter = faults.Word(at + "/jitter", request.Jitter, Jitters) ?? policy.Jitter,
            MaxElapsed = faults.Duration(at + "/maxElapsed", request.MaxElapsed, TimeSpan.Zero, LongestElapsed, "from 0 to ten years (3650d)") ?? policy.MaxElapsed,
            RetryOn = Globs(at + "/retryOn", request.RetryOn, faults) ?? policy.RetryOn,
            FailOn = Globs(at + "/failOn", request.FailOn, faults) ?? policy.FailOn,
        };
        return applied with { Delays = Delays(policy, request, applied.Backoff, at + "/delays", faults) };
    }

    private static IReadOnlyList<TimeSpan> Delays(RetryPolicy policy, RetryRequest request, BackoffKind backoff, string at, RequestFaults faults)
    {
        if (backoff != BackoffKind.List)
        {
            if (request.Delays is not null)
                faults.Add(at, "delays go with \"backoff\": \"list\" only.");
            return [];
        }

        if (request.Delays is null && policy.Delays.Count > 0)
            return policy.Delays;
        if (request.Delays is not { Count: >= 1 and <= MaxDelays } given)
        {
            faults.Add(at, $"Expected 1 to {MaxDelays} durations, as \"backoff\" is \"list\".");
            return [];
        }

        return [.. given.Select((delay, i) => Delay(FormattableString.Invariant($"{at}/{i}"), delay, faults) ?? TimeSpan.Zero)];
    }

    private static TimeSpan? Delay(string pointer, JsonDuration? given, RequestFaults faults) =>
        faults.Duration(pointer, given, TimeSpan.Zero, RetryPolicy.LongestDelay, "from 0 to 365 days");

    private static IReadOnlyList<string>? Globs(string pointer, IReadOnlyList<string?>? given, RequestFaults faults)
    {
        if (given is null)
            return null;
        if (given.Count > MaxGlobs)
            faults.Add(pointer, $"Expected at most {MaxGlobs} globs.");
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] is not { Length: >= 1 and <= MaxGlobLength })
                faults.Add(FormattableString.Invariant($"{pointer}/{i}"), $"Expected a glob of 1 to {MaxGlobLength} characters.");
        }

        return [.. given.Select(glob => glob ?? "")];
    }

    private static FrozenDictionary<string, T> Words<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.Ordinal);
}
