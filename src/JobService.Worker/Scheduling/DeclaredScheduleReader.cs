using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Schedules;
using Microsoft.Extensions.Configuration;

namespace JobService.Worker.Scheduling;

/// <summary>Makes a section of the configuration into a schedule. What is a schedule is the domain's to say; this only reads.</summary>
internal static class DeclaredScheduleReader
{
    /// <summary>Null where the section is wrong; then <paramref name="faults"/> grow.</summary>
    public static DeclaredSchedule? Read(IConfigurationSection section, List<string> faults)
    {
        var keys = new SectionReader(section, faults);
        if (!ScheduleName.TryParse(section.Key.ToLowerInvariant(), out var name))
        {
            keys.Add(new Fault("", $"Expected a name that matches {NamePattern.Expression}."));
            return null;
        }

        return keys.Flag("Remove") == true ? new DeclaredSchedule(name, Definition: null, IsEnabled: false) : Read(name, keys);
    }

    private static DeclaredSchedule? Read(ScheduleName name, SectionReader keys)
    {
        var (cron, timeZone, every, at) = (keys.Text("Cron"), keys.Text("TimeZone"), keys.Duration("Every"), keys.Time("At"));
        var rule = keys.HasFaults ? null : keys.Taken(ScheduleRule.Of(name, cron, timeZone, every, at));
        var job = keys.Section("Job") is { } section ? DeclaredJobReader.Read(section) : null;
        if (job is null && !keys.HasFaults)
            keys.Add(new Fault("/job", "Which job does it make? Give its type at least."));

        // Without a rule or a job there are faults already, and what is made is not handed on.
        var standard = new ScheduleDefinition { Rule = rule!, Job = job! };
        var definition = standard with
        {
            Misfire = keys.Word<MisfirePolicy>("Misfire") ?? standard.Misfire,
            MaxCatchUp = keys.Number<int>("MaxCatchUp") ?? standard.MaxCatchUp,
            Overlap = keys.Word<OverlapPolicy>("Overlap") ?? standard.Overlap,
            StartAt = keys.Time("StartAt"),
            EndAt = keys.Time("EndAt"),
            MaxRuns = keys.Number<long>("MaxRuns"),
            Jitter = keys.Duration("Jitter") ?? standard.Jitter,
            PauseAfterFailures = keys.Number<int>("PauseAfterFailures"),
        };
        var isEnabled = keys.Flag("Enabled") ?? true;
        keys.Add(definition.Check());
        keys.RefuseOthers();
        return keys.HasFaults ? null : new DeclaredSchedule(name, definition, isEnabled);
    }
}
