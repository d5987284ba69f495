using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

/// <summary>What an edit changes of where a schedule stands.</summary>
public sealed class ScheduleChangeTests
{
    private static readonly ScheduleName Name = ScheduleName.Parse("report");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Start.AddHours(5);

    [Fact]
    public void The_same_definition_again_is_no_change()
    {
        var schedule = Make(Definition()) with { Runs = 7, Missed = 2 };

        Assert.Same(schedule, schedule.Redefine(Definition(), Later).Value);
        Assert.NotSame(schedule, schedule.Redefine(Definition() with { MaxCatchUp = 3 }, Later).Value);
    }

    [Fact]
    public void A_resumption_counts_anew_though_the_definition_is_the_same()
    {
        var resumed = Make(Definition()).Pause("holidays", Start).Value!.Resume(Later).Value!;

        Assert.Equal((Later, Later.AddMinutes(1), null), (resumed.CountedFrom, resumed.NextDueAt, resumed.PausedBecause));
    }

    [Theory]
    [InlineData(1L, "It has made 1 job already")]
    [InlineData(3L, "It has made 3 jobs already")]
    public void Another_rule_with_no_more_runs_than_there_were_is_refused_and_says_how_many(long runs, string told)
    {
        var once = Definition() with { Rule = ScheduleRule.Of(Name, null, null, null, Start.AddHours(1)).Value!, MaxRuns = 1 };
        var fired = Make(once) with { State = ScheduleState.Ended, NextDueAt = null, Runs = runs };
        var tomorrow = once with { Rule = ScheduleRule.Of(Name, null, null, null, Later.AddDays(1)).Value! };

        var fault = Assert.Single(Assert.IsType<Refusal.Invalid>(fired.Redefine(tomorrow, Later).Refusal).Faults);

        Assert.Equal("/maxRuns", fault.Pointer);
        Assert.Contains(told, fault.Detail, StringComparison.Ordinal);
        Assert.Equal(Later.AddDays(1), fired.Redefine(tomorrow with { MaxRuns = runs + 1 }, Later).Value!.NextDueAt);
        Assert.Equal(Later.AddDays(1), fired.Redefine(tomorrow with { MaxRuns = null }, Later).Value!.NextDueAt);
    }

    [Fact]
    public void Fewer_runs_than_there_were_are_refused_and_what_has_ended_by_them_may_change_otherwise()
    {
        var schedule = Make(Definition()) with { Runs = 3 };
        var ended = Make(Definition() with { MaxRuns = 3 }) with { State = ScheduleState.Ended, NextDueAt = null, Runs = 3 };

        Assert.IsType<Refusal.Invalid>(schedule.Redefine(Definition() with { MaxRuns = 3 }, Later).Refusal);
        Assert.Equal(ScheduleState.Ended, ended.Redefine(ended.Definition with { Jitter = TimeSpan.FromSeconds(1) }, Later).Value!.State);
        Assert.Equal(ScheduleState.Active, ended.Redefine(ended.Definition with { MaxRuns = 4 }, Later).Value!.State);
    }

    [Fact]
    public void One_made_anew_goes_on_with_the_jobs_of_the_one_that_was_deleted()
    {
        var job = new JobId(Guid.CreateVersion7());
        var made = Make(Definition() with { MaxRuns = 3 });

        var on = made.Continue(2, [job]).Value!;
        var fault = Assert.Single(Assert.IsType<Refusal.Invalid>(made.Continue(3, [job]).Refusal).Faults);

        Assert.Equal((2, job, made.NextDueAt), (on.Runs, Assert.Single(on.LiveJobs), on.NextDueAt));
        Assert.Equal("/maxRuns", fault.Pointer);
        Assert.StartsWith("Before it was deleted it had made 3 jobs", fault.Detail, StringComparison.Ordinal);
    }

    private static ScheduleDefinition Definition() => new()
    {
        Rule = ScheduleRule.Of(Name, null, null, TimeSpan.FromMinutes(1), null).Value!,
        Job = new JobTemplate { Type = JobType.Parse("report.make"), Payload = "{}"u8.ToArray() },
    };

    private static Schedule Make(ScheduleDefinition definition) => Schedule.Create(Name, definition, Start).Value!;
}
