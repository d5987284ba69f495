using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;

namespace JobService.Api.Limits;

/// <summary>Makes what a caller asks for into what the domain takes, or says everything that is wrong with it.</summary>
internal static class LimitRequestValidator
{
    /// <summary>The key or the pattern of a path.</summary>
    public static Result<LimitPattern> Pattern(string key)
    {
        if (!LimitPattern.TryParse(key, out var pattern))
            return new Refusal.Invalid([new Fault("key", $"Expected a key that matches {LimitKey.Expression}, or the beginning of keys and a star.")]);
        if (pattern.ReachesImplied)
            return new Refusal.Invalid([new Fault("key", "Expected a pattern that is not of queues and types: their limits are set one by one, as queue:low or type:email.send.")]);
        return pattern.IsOfNoJob
            ? new Refusal.Invalid([new Fault("key", $"Expected behind queue: or type: a name that matches {NamePattern.Expression}; no queue and no type has this one.")])
            : pattern;
    }

    public static Result<LimitSettings> Validate(LimitRequest request)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var settings = new LimitSettings { MaxRunning = request.MaxRunning, Rate = Rate("/rate", request.Rate, faults), IsPaused = request.Paused ?? false };
        faults.AddFurther(settings.Check());
        return faults.Any ? faults.ToRefusal() : settings;
    }

    /// <summary>Null where none was given, or where there are faults.</summary>
    public static RateLimit? Rate(string at, RateRequest? given, RequestFaults faults)
    {
        if (given is null)
            return null;

        faults.AddUnknown(at, given.Unknown);
        var per = faults.Duration(at + "/per", given.Per);
        if (given.Limit is null)
            faults.Add(at + "/limit", "A number is required.");
        if (given.Per is null)
            faults.Add(at + "/per", "A duration is required.");
        return given.Limit is { } limit && per is { } time && time > TimeSpan.Zero
            ? new RateLimit(limit, time, given.Burst ?? RateLimit.DefaultBurst(limit, time))
            : given.Limit is { } some && per is { } none ? new RateLimit(some, none, given.Burst ?? 1) : null;
    }
}
