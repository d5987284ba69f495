using System.Collections.Frozen;
using JobService.Api.Json;
using JobService.Core.Retries;

namespace JobService.Api.Jobs;

/// <summary>Lays what a caller says of retries over a policy, which knows its own ranges.</summary>
internal static class RetryRules
{
    private static readonly FrozenDictionary<string, BackoffKind> Backoffs = Words<BackoffKind>();
    private static readonly FrozenDictionary<string, Jitter> Jitters = Words<Jitter>();

    public static RetryPolicy Apply(RetryPolicy policy, RetryRequest? request, string at, RequestFaults faults)
    {
        if (request is null)
            return policy;

        faults.AddUnknown(at, request.Unknown);
        var backoff = faults.Word(at + "/backoff", request.Backoff, Backoffs) ?? policy.Backoff;
        return policy with
        {
            MaxAttempts = request.MaxAttempts ?? policy.MaxAttempts,
            Backoff = backoff,
            Base = faults.Duration(at + "/base", request.Base) ?? policy.Base,
            Factor = request.Factor ?? policy.Factor,
            Max = faults.Duration(at + "/max", request.Max) ?? policy.Max,
            Jitter = faults.Word(at + "/jitter", request.Jitter, Jitters) ?? policy.Jitter,
            MaxElapsed = faults.Duration(at + "/maxElapsed", request.MaxElapsed) ?? policy.MaxElapsed,
            RetryOn = Globs(request.RetryOn) ?? policy.RetryOn,
            FailOn = Globs(request.FailOn) ?? policy.FailOn,
            Delays = Delays(at + "/delays", request.Delays, faults) ?? (backoff == BackoffKind.List ? policy.Delays : []),
        };
    }

    private static IReadOnlyList<TimeSpan>? Delays(string at, IReadOnlyList<JsonDuration>? given, RequestFaults faults) =>
        given is null ? null : [.. given.Select((delay, i) => faults.Duration(FormattableString.Invariant($"{at}/{i}"), delay) ?? TimeSpan.Zero)];

    private static IReadOnlyList<string>? Globs(IReadOnlyList<string?>? given) => given is null ? null : [.. given.Select(glob => glob ?? "")];

    private static FrozenDictionary<string, T> Words<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => value.ToString().ToLowerInvariant(), StringComparer.Ordinal);
}
