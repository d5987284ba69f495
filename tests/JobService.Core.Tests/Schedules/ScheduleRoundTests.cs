using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class ScheduleRoundTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly JobId Job = new JobIdSequence(TimeProvider.System).Next();

    [Fact]
    public void What_is_due_gets_a_job_and_the_next_one_is_awaited()
    {
        var round = At(EveryTenSeconds(), now: 20);

        // The second finds the first not final.
        Assert.Equal([(10, RunOutcome.Fired), (20, RunOutcome.Overlapped)], Told(round));
        Assert.Equal((Start.AddSeconds(30), Start.AddSeconds(20), 1L, 1), (round.After.NextDueAt, round.After.LastDueAt, round.After.Runs, round.After.Missed));
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, new[] { RunOutcome.Overlapped, RunOutcome.Overlapped })]
    [InlineData(OverlapPolicy.Allow, new[] { RunOutcome.Fired, RunOutcome.Fired })]
    [InlineData(OverlapPolicy.QueueOne, new[] { RunOutcome.Waiting, RunOutcome.Overlapped })]
    [InlineData(OverlapPolicy.CancelPrevious, new[] { RunOutcome.Fired, RunOutcome.Fired })]
    public void While_an_earlier_job_lives_the_policy_decides(OverlapPolicy overlap, RunOutcome[] outcomes)
    {
        var round = At(EveryTenSeconds(definition => definition with { Overlap = overlap }) with { LiveJobs = [Job] }, now: 25);

        Assert.Equal(outcomes, round.Runs.Select(run => run.Outcome));
    }

    [Fact]
    public void What_waited_fires_once_the_earlier_job_is_final_and_only_then()
    {
        var schedule = At(EveryTenSeconds(definition => definition with { Overlap = OverlapPolicy.QueueOne }) with { LiveJobs = [Job] }, now: 15).After;
        Assert.Equal(Start.AddSeconds(10), schedule.WaitingDueAt);

        var busy = At(schedule, now: 16);
        var free = At(schedule with { LiveJobs = [] }, now: 17);

        Assert.Empty(busy.Runs);
        Assert.Equal([(10, RunOutcome.Fired)], Told(free));
        Assert.Null(free.After.WaitingDueAt);
        Assert.Equal(Start.AddSeconds(20), free.After.NextDueAt);
    }

    [Fact]
    public void A_job_knows_how_many_before_it_got_none()
    {
        var round = At(EveryTenSeconds(), now: 115);
        var job = Assert.Single(round.Runs, run => run.Outcome == RunOutcome.Fired);

        Assert.Equal((Start.AddSeconds(50), true, 4), (job.DueAt, job.IsLate, job.Missed));
        Assert.Equal(6, round.After.Missed);
    }

    [Fact]
    public void Paused_it_goes_on_without_jobs()
    {
        var round = At(EveryTenSeconds().Pause("holidays", Start).Value!, now: 25);

        Assert.Equal([(10, RunOutcome.Paused), (20, RunOutcome.Paused)], Told(round));
        Assert.Equal((ScheduleState.Paused, Start.AddSeconds(30), 0), (round.After.State, round.After.NextDueAt, round.After.Missed));
    }

    [Fact]
    public void Disabled_it_goes_on_without_jobs_too()
    {
        var waiting = EveryTenSeconds() with { IsDisabled = true, WaitingDueAt = Start };

        Assert.Equal([(0, RunOutcome.Paused), (10, RunOutcome.Paused), (20, RunOutcome.Paused)], Told(At(waiting, now: 25)));
    }

    [Fact]
    public void A_pause_outlasts_the_end()
    {
        var paused = EveryTenSeconds(definition => definition with { EndAt = Start.AddSeconds(10) }).Pause("holidays", Start).Value!;

        var over = At(paused, now: 25).After;
        var prolonged = over.Redefine(over.Definition with { EndAt = Start.AddSeconds(100) }, Start.AddSeconds(25)).Value!;

        Assert.Equal((ScheduleState.Paused, "holidays", null), (over.State, over.PausedBecause, over.NextDueAt));
        Assert.Equal((ScheduleState.Paused, "holidays", Start.AddSeconds(30)), (prolonged.State, prolonged.PausedBecause, prolonged.NextDueAt));
        Assert.Equal((ScheduleState.Ended, null), Standing(over.Resume(Start.AddSeconds(25)).Value!));
        Assert.Equal((ScheduleState.Active, null), Standing(prolonged.Resume(Start.AddSeconds(25)).Value!));

        static (ScheduleState, string?) Standing(Schedule schedule) => (schedule.State, schedule.PausedBecause);
    }

    [Fact]
    public void A_job_that_is_late_or_waited_starts_at_once_and_not_in_the_past()
    {
        var late = At(EveryTenSeconds(), now: 7_200).Runs.First(run => run.Outcome == RunOutcome.Fired);
        var queued = EveryTenSeconds(definition => definition with { Overlap = OverlapPolicy.QueueOne }) with { WaitingDueAt = Start };

        Assert.Equal((true, null), (late.IsLate, late.StartAt));
        Assert.All(At(queued, now: 10).Runs, run => Assert.Null(run.StartAt));
    }

    [Fact]
    public void Jitter_puts_a_start_off_and_never_back()
    {
        var schedule = EveryTenSeconds(definition => definition with { Jitter = TimeSpan.FromSeconds(20), Overlap = OverlapPolicy.Allow });

        var runs = At(schedule, now: 45).Runs;

        Assert.Equal(
            runs.Select(run => schedule.StartOf(run.DueAt) is var start && start > Start.AddSeconds(45) ? start : default(DateTimeOffset?)), runs.Select(run => run.StartAt));
    }

    [Fact]
    public void Too_many_failures_in_a_row_pause_it_and_it_says_so()
    {
        var round = ScheduleRound.At(EveryTenSeconds(definition => definition with { PauseAfterFailures = 3 }), hasFailedTooOften: true, Start.AddSeconds(15));

        Assert.Equal([(10, RunOutcome.Paused)], Told(round));
        Assert.Equal((ScheduleState.Paused, "Its last 3 jobs failed."), (round.After.State, round.After.PausedBecause));
    }

    [Fact]
    public void With_its_last_run_it_ends()
    {
        var round = At(EveryTenSeconds(definition => definition with { MaxRuns = 2, Overlap = OverlapPolicy.Allow }), now: 45);

        Assert.Equal([(10, RunOutcome.Fired), (20, RunOutcome.Fired)], Told(round));
        Assert.Equal((ScheduleState.Ended, (DateTimeOffset?)null), (round.After.State, round.After.NextDueAt));
    }

    [Fact]
    public void What_waited_when_it_ended_still_fires()
    {
        var once = Make(ScheduleRule.Of(Name, null, null, null, Start.AddSeconds(10)).Value!, definition => definition with { Overlap = OverlapPolicy.QueueOne });
        var ended = At(once with { LiveJobs = [Job] }, now: 11).After;

        var round = At(ended with { LiveJobs = [] }, now: 20);

        Assert.Equal(ScheduleState.Ended, ended.State);
        Assert.Equal([(10, RunOutcome.Fired)], Told(round));
    }

    [Fact]
    public void What_waited_counts_among_its_runs_and_the_last_of_them_ends_it()
    {
        var schedule = At(EveryTenSeconds(definition => definition with { Overlap = OverlapPolicy.QueueOne, MaxRuns = 1 }) with { LiveJobs = [Job] }, now: 15).After;

        var last = At(schedule with { LiveJobs = [] }, now: 16);
        var none = At(schedule with { LiveJobs = [], Runs = 1 }, now: 16);

        Assert.Equal([(10, RunOutcome.Fired)], Told(last));
        Assert.Equal((ScheduleState.Ended, (DateTimeOffset?)null), (last.After.State, last.After.NextDueAt));
        Assert.Equal([(10, RunOutcome.Overlapped)], Told(none));
    }

    [Fact]
    public void A_zone_this_machine_does_not_know_is_no_reason_to_decide_anything()
    {
        var unknown = EveryTenSeconds() with { Definition = EveryTenSeconds().Definition with { Rule = ScheduleRule.Stored("* * * * *", "Mars/Olympus_Mons", null, null) } };

        var fault = Assert.Throws<FormatException>(() => At(unknown, now: 60));

        Assert.Contains("Mars/Olympus_Mons", fault.Message, StringComparison.Ordinal);
    }

    private static ScheduleName Name => ScheduleName.Parse("report");

    private static Schedule EveryTenSeconds(Func<ScheduleDefinition, ScheduleDefinition>? change = null) =>
        Make(ScheduleRule.Of(Name, null, null, TimeSpan.FromSeconds(10), null).Value!, change);

    private static Schedule Make(ScheduleRule rule, Func<ScheduleDefinition, ScheduleDefinition>? change)
    {
        var definition = new ScheduleDefinition { Rule = rule, Job = new JobTemplate { Type = JobType.Parse("report.make"), Payload = "{}"u8.ToArray() } };
        return Schedule.Create(Name, change?.Invoke(definition) ?? definition, Start).Value!;
    }

    private static ScheduleRound At(Schedule schedule, double now) => ScheduleRound.At(schedule, hasFailedTooOften: false, Start.AddSeconds(now));

    private static IEnumerable<(int DueAt, RunOutcome Outcome)> Told(ScheduleRound round) =>
        round.Runs.Select(run => ((int)(run.DueAt - Start).TotalSeconds, run.Outcome));
}
