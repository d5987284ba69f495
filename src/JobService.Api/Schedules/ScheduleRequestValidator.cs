using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

/// <summary>Makes what a caller asks for into a definition, or says everything that is wrong with it.</summary>
internal sealed class ScheduleRequestValidator(JobRequestValidator jobs)
{
    /// <summary>A whole definition: what is left out is as it is by default.</summary>
    public Result<ScheduleDefinition> Validate(ScheduleName name, ScheduleRequest request, ReadOnlyMemory<byte> body) => Apply(name, null, request, body);

    /// <summary>A definition that differs in what the request has; what is <c>null</c> there is as it is by default.</summary>
    public Result<ScheduleDefinition> Apply(ScheduleName name, ScheduleDefinition? current, ScheduleRequest request, ReadOnlyMemory<byte> body)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        if (current is not null)
            (current, request) = Without(NullMembers.Of(body), current, request, faults);
        var rule = Rule(name, current?.Rule, request, faults);
        var job = request.Job is { } given ? jobs.Template(given, body, "/job", faults) : current?.Job;
        if (job is null && request.Job is null)
            faults.Add("/job", "Which job does it make? Give its type at least.");

        // Without a rule or a job there are faults already, and what is made is not handed on.
        var definition = new ScheduleDefinition
        {
            Rule = rule!,
            Job = job!,
            Misfire = faults.Word("/misfire", request.Misfire, ScheduleWords<MisfirePolicy>.Values) ?? current?.Misfire ?? MisfirePolicy.FireOnce,
            MaxCatchUp = request.MaxCatchUp ?? current?.MaxCatchUp ?? ScheduleDefinition.DefaultCatchUp,
            Overlap = faults.Word("/overlap", request.Overlap, ScheduleWords<OverlapPolicy>.Values) ?? current?.Overlap ?? OverlapPolicy.Skip,
            StartAt = faults.Time("/startAt", request.StartAt) ?? current?.StartAt,
            EndAt = faults.Time("/endAt", request.EndAt) ?? current?.EndAt,
            MaxRuns = request.MaxRuns ?? current?.MaxRuns,
            Jitter = faults.Duration("/jitter", request.Jitter) ?? current?.Jitter ?? TimeSpan.Zero,
            PauseAfterFailures = request.PauseAfterFailures ?? current?.PauseAfterFailures,
        };
        faults.Add(definition.Check());
        return faults.Any ? faults.ToRefusal() : definition;
    }

    private static bool IsDueBy(ScheduleRule rule, string member) => member switch
    {
        "cron" => rule.Cron is not null,
        "every" => rule.Every is not null,
        _ => rule.At is not null,
    };

    private static (ScheduleDefinition Current, ScheduleRequest Request) Without(
        IReadOnlySet<string> nulls, ScheduleDefinition current, ScheduleRequest request, RequestFaults faults)
    {
        foreach (var member in nulls)
        {
            switch (member)
            {
                case "startAt":
                    current = current with { StartAt = null };
                    break;
                case "endAt":
                    current = current with { EndAt = null };
                    break;
                case "maxRuns":
                    current = current with { MaxRuns = null };
                    break;
                case "pauseAfterFailures":
                    current = current with { PauseAfterFailures = null };
                    break;
                case "jitter":
                    current = current with { Jitter = TimeSpan.Zero };
                    break;
                case "misfire":
                    current = current with { Misfire = MisfirePolicy.FireOnce };
                    break;
                case "maxCatchUp":
                    current = current with { MaxCatchUp = ScheduleDefinition.DefaultCatchUp };
                    break;
                case "overlap":
                    current = current with { Overlap = OverlapPolicy.Skip };
                    break;
                case "timeZone" when current.Rule.Cron is not null && request is { Every: null, At: null }:
                    request = request with { TimeZone = ScheduleRule.DefaultTimeZone };
                    break;
                case "cron" or "every" or "at" when request is { Cron: null, Every: null, At: null } && IsDueBy(current.Rule, member):
                    faults.Add($"/{member}", "It must be due by something: give one of cron, every and at.");
                    break;
                case "job" or "enabled":
                    faults.Add($"/{member}", "It can be changed, and not taken away.");
                    break;
            }
        }

        return (current, request);
    }

    /// <summary>When it is due; its faults are told where there are any.</summary>
    public static ScheduleRule? Rule(ScheduleName name, ScheduleRule? current, ScheduleRequest request, RequestFaults faults)
    {
        if (request is { Cron: null, Every: null, At: null, TimeZone: null } && current is not null)
            return current;

        var every = faults.Duration("/every", request.Every);
        var at = faults.Time("/at", request.At);
        if ((request.Every is not null && every is null) || (request.At is not null && at is null))
            return null;

        // Another time zone alone is the same expression by other clocks.
        var cron = request.Cron;
        if (request is { Cron: null, Every: null, At: null })
            (cron, every, at) = (current?.Cron, current?.Every, current?.At);
        if (!ScheduleRule.Of(name, cron, request.TimeZone ?? (cron is null ? null : current?.TimeZone), every, at).IsRefused(out var refusal, out var rule))
            return rule;
        faults.Add(((Refusal.Invalid)refusal).Faults);
        return null;
    }
}
