using System.Collections.Frozen;
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
        var nulls = current is null ? FrozenSet<string>.Empty : NullMembers.Of(body);
        if (current is not null)
            request = RuleWithout(nulls, current.Rule, request, faults);
        var rule = Rule(name, current?.Rule, request, faults);
        var job = request.Job is { } given ? jobs.Template(given, body, "/job", faults) : current?.Job;
        if (job is null && request.Job is null)
            faults.Add("/job", "Which job does it make? Give its type at least.");

        // Without a rule or a job there are faults already, and what is made is not handed on.
        var standard = new ScheduleDefinition { Rule = rule!, Job = job! };
        var kept = Without(nulls, current ?? standard, standard);
        var definition = kept with
        {
            Rule = standard.Rule,
            Job = standard.Job,
            Misfire = faults.Word("/misfire", request.Misfire, ScheduleWords<MisfirePolicy>.Values) ?? kept.Misfire,
            MaxCatchUp = request.MaxCatchUp ?? kept.MaxCatchUp,
            Overlap = faults.Word("/overlap", request.Overlap, ScheduleWords<OverlapPolicy>.Values) ?? kept.Overlap,
            StartAt = faults.Time("/startAt", request.StartAt) ?? kept.StartAt,
            EndAt = faults.Time("/endAt", request.EndAt) ?? kept.EndAt,
            MaxRuns = request.MaxRuns ?? kept.MaxRuns,
            Jitter = faults.Duration("/jitter", request.Jitter) ?? kept.Jitter,
            PauseAfterFailures = request.PauseAfterFailures ?? kept.PauseAfterFailures,
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

    /// <summary>The request with what <c>null</c> comes to for when it is due; a fault for what can't be taken away.</summary>
    private static ScheduleRequest RuleWithout(IReadOnlySet<string> nulls, ScheduleRule current, ScheduleRequest request, RequestFaults faults)
    {
        foreach (var member in nulls)
        {
            switch (member)
            {
                case "timeZone" when current.Cron is not null && request is { Every: null, At: null }:
                    request = request with { TimeZone = ScheduleRule.DefaultTimeZone };
                    break;
                case "cron" or "every" or "at" when request is { Cron: null, Every: null, At: null } && IsDueBy(current, member):
                    faults.Add($"/{member}", "It must be due by something: give one of cron, every and at.");
                    break;
                case "job" or "enabled":
                    faults.Add($"/{member}", "It can be changed, and not taken away.");
                    break;
            }
        }

        return request;
    }

    /// <summary>What is <c>null</c> of the rest is as it is by default.</summary>
    private static ScheduleDefinition Without(IEnumerable<string> nulls, ScheduleDefinition current, ScheduleDefinition standard) =>
        nulls.Aggregate(current, (kept, member) => member switch
        {
            "misfire" => kept with { Misfire = standard.Misfire },
            "maxCatchUp" => kept with { MaxCatchUp = standard.MaxCatchUp },
            "overlap" => kept with { Overlap = standard.Overlap },
            "startAt" => kept with { StartAt = standard.StartAt },
            "endAt" => kept with { EndAt = standard.EndAt },
            "maxRuns" => kept with { MaxRuns = standard.MaxRuns },
            "jitter" => kept with { Jitter = standard.Jitter },
            "pauseAfterFailures" => kept with { PauseAfterFailures = standard.PauseAfterFailures },
            _ => kept,
        });

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
