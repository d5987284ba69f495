using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

/// <summary>Makes what a caller asks for into a definition, or says everything that is wrong with it.</summary>
internal sealed class ScheduleRequestValidator(JobRequestValidator jobs)
{
    private const int MostFailures = 1_000;
    private static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    /// <summary>A whole definition: what is left out is as it is by default.</summary>
    public Result<ScheduleDefinition> Validate(ScheduleName name, ScheduleRequest request, ReadOnlyMemory<byte> body) => Apply(name, null, request, body);

    /// <summary>A definition that differs in what the request has.</summary>
    public Result<ScheduleDefinition> Apply(ScheduleName name, ScheduleDefinition? current, ScheduleRequest request, ReadOnlyMemory<byte> body)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var rule = Rule(name, current?.Rule, request, faults);
        var job = request.Job is { } given ? jobs.Template(given, body, "/job", faults) : current?.Job;
        if (job is null && request.Job is null)
            faults.Add("/job", "Which job does it make? Give its type at least.");

        var startAt = Stored(faults.Time("/startAt", request.StartAt)) ?? current?.StartAt;
        var endAt = Stored(faults.Time("/endAt", request.EndAt)) ?? current?.EndAt;
        if (endAt < startAt)
            faults.Add("/endAt", "Expected a time that is not before startAt.");
        var misfire = faults.Word("/misfire", request.Misfire, ScheduleWords<MisfirePolicy>.Values) ?? current?.Misfire;
        var maxCatchUp = faults.Number("/maxCatchUp", request.MaxCatchUp, 1, ScheduleDefinition.MostCatchUp) ?? current?.MaxCatchUp;
        var overlap = faults.Word("/overlap", request.Overlap, ScheduleWords<OverlapPolicy>.Values) ?? current?.Overlap;
        var maxRuns = faults.Number("/maxRuns", request.MaxRuns, 1, long.MaxValue) ?? current?.MaxRuns;
        var jitter = faults.Duration("/jitter", request.Jitter, TimeSpan.Zero, LongestJitter, "from 0 to a day") ?? current?.Jitter;
        var pauseAfterFailures = faults.Number("/pauseAfterFailures", request.PauseAfterFailures, 1, MostFailures) ?? current?.PauseAfterFailures;
        return faults.Any ? faults.ToRefusal() : new ScheduleDefinition
        {
            Rule = rule!,
            Job = job!,
            Misfire = misfire ?? MisfirePolicy.FireOnce,
            MaxCatchUp = maxCatchUp ?? ScheduleDefinition.DefaultCatchUp,
            Overlap = overlap ?? OverlapPolicy.Skip,
            StartAt = startAt,
            EndAt = endAt,
            MaxRuns = maxRuns,
            Jitter = jitter ?? TimeSpan.Zero,
            PauseAfterFailures = pauseAfterFailures,
        };
    }

    /// <summary>When it is due; its faults are told where there are any.</summary>
    public static ScheduleRule? Rule(ScheduleName name, ScheduleRule? current, ScheduleRequest request, RequestFaults faults)
    {
        if (request is { Cron: null, Every: null, At: null, TimeZone: null } && current is not null)
            return current;

        var every = request.Every is { Value: null } ? faults.Duration("/every", request.Every, default, default, "") : request.Every?.Value;
        var at = faults.Time("/at", request.At);
        if ((request.Every is not null && every is null) || (request.At is not null && at is null))
            return null;

        // Another time zone alone is the same expression by other clocks.
        var cron = request.Cron;
        if (request is { Cron: null, Every: null, At: null })
            (cron, every, at) = (current?.Cron, current?.Every, current?.At);
        if (!ScheduleRule.Of(name, cron, request.TimeZone ?? (cron is null ? null : current?.TimeZone), every, at).IsRefused(out var refusal, out var rule))
            return rule;
        foreach (var fault in ((Refusal.Invalid)refusal).Faults)
            faults.Add(fault.Pointer, fault.Detail);
        return null;
    }

    /// <summary>As the database keeps it, so that the same request again is the same definition.</summary>
    private static DateTimeOffset? Stored(DateTimeOffset? time) => time is { } given ? given.AddTicks(-(given.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime() : null;
}
