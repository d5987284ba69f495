using System.Globalization;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

/// <summary>What becomes of a next occurrence that was stored by another time zone database than that of this process.</summary>
public sealed class ZoneCorrectionTests
{
    private static readonly ScheduleName Name = ScheduleName.Parse("report");

    /// <summary>
    /// In winter Vienna shows 9:00 at 8:00 UTC. Each case: by how many hours it was believed to be ahead of UTC, what was decided last and what is stored by that, and what is due then by the
    /// clocks as they are.
    /// </summary>
    [Theory]
    [InlineData("0 9 * * *", 2, "2026-01-14T08:00Z", "2026-01-15T07:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9 * * *", 2, "2026-01-14T07:00Z", "2026-01-15T07:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9 * * *", 0, "2026-01-14T08:00Z", "2026-01-15T09:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9 * * *", 0, "2026-01-14T09:00Z", "2026-01-15T09:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9 * * *", 12, "2026-01-14T08:00Z", "2026-01-14T21:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9 * * *", -11, "2026-01-14T20:00Z", "2026-01-15T20:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 9,10 * * *", 2, "2026-01-15T07:00Z", "2026-01-15T08:00Z", "2026-01-15T09:00Z")]
    [InlineData("0 9,10 * * *", 0, "2026-01-15T09:00Z", "2026-01-15T10:00Z", "2026-01-15T09:00Z")]
    [InlineData("*/10 9 * * *", 0, "2026-01-14T08:50Z", "2026-01-15T09:00Z", "2026-01-15T08:00Z")]
    [InlineData("*/10 9 * * *", 0, "2026-01-15T09:00Z", "2026-01-15T09:10Z", "2026-01-15T08:10Z")]
    [InlineData("*/15 9-17 * * *", 2, "2026-01-14T16:45Z", "2026-01-15T07:00Z", "2026-01-15T08:00Z")]
    [InlineData("*/15 9-17 * * *", 0, "2026-01-14T17:45Z", "2026-01-15T09:00Z", "2026-01-15T08:00Z")]
    [InlineData("*/15 9-17 * * *", 2, "2026-01-15T07:45Z", "2026-01-15T08:00Z", "2026-01-15T08:00Z")]
    [InlineData("0 * * * *", 2, "2026-01-15T07:00Z", "2026-01-15T08:00Z", "2026-01-15T08:00Z")]
    [InlineData("30 2 * * *", 1, "2026-03-28T01:30Z", "2026-03-29T01:30Z", "2026-03-29T01:00Z")]
    [InlineData("30 3 * * *", 1, "2026-03-28T02:30Z", "2026-03-29T02:30Z", "2026-03-29T01:30Z")]
    public void A_time_of_the_day_that_moved_is_due_where_the_clocks_show_it(string cron, int offset, string decided, string stored, string due) =>
        Assert.Equal(Instant(due), ZoneCorrection.FirstUndecided(Cadence(cron, "Europe/Vienna"), Instant(decided), Instant(stored), TimeSpan.FromHours(offset)));

    [Fact]
    public void A_time_that_was_believed_to_be_left_out_comes_at_its_own()
    {
        var lagos = Cadence("30 2 * * *", "Africa/Lagos");

        // Believed to set its clocks forward from 2:00 to 3:00, which it does not.
        Assert.Equal(Instant("2026-03-29T01:30Z"), ZoneCorrection.FirstUndecided(lagos, Instant("2026-03-28T01:30Z"), Instant("2026-03-29T01:00Z"), TimeSpan.FromHours(1)));
    }

    [Fact]
    public void One_that_was_stored_too_early_waits_and_fires_once()
    {
        var stored = Make("0 9 * * *", "Europe/Vienna", Instant("2026-01-14T12:00Z")) with { NextDueAt = Instant("2026-01-15T07:00Z"), NextDueOffset = TimeSpan.FromHours(2) };

        var early = ScheduleRound.At(stored, hasFailedTooOften: false, Instant("2026-01-15T07:00Z"));
        var right = ScheduleRound.At(early.After, hasFailedTooOften: false, Instant("2026-01-15T08:00Z"));

        Assert.Empty(early.Runs);
        Assert.Equal((Instant("2026-01-15T07:00Z"), Instant("2026-01-15T08:00Z"), ScheduleState.Active), (early.CorrectedFrom, early.After.NextDueAt, early.After.State));
        Assert.Equal((Instant("2026-01-15T08:00Z"), RunOutcome.Fired), Assert.Single(right.Runs.Select(run => (run.DueAt, run.Outcome))));
        Assert.Equal((null, Instant("2026-01-16T08:00Z")), (right.CorrectedFrom, right.After.NextDueAt));
    }

    [Fact]
    public void One_that_was_stored_too_late_is_made_up_for()
    {
        var stored = Make("0 9 * * *", "Europe/Vienna", Instant("2026-01-14T12:00Z")) with { NextDueAt = Instant("2026-01-15T09:00Z"), NextDueOffset = TimeSpan.Zero };

        var round = ScheduleRound.At(stored, hasFailedTooOften: false, Instant("2026-01-15T09:00Z"));

        Assert.Equal((Instant("2026-01-15T08:00Z"), RunOutcome.Fired, true), Assert.Single(round.Runs.Select(run => (run.DueAt, run.Outcome, run.IsLate))));
        Assert.Equal(Instant("2026-01-16T08:00Z"), round.After.NextDueAt);
    }

    [Fact]
    public void One_that_was_stored_too_late_is_missed_where_nothing_is_made_up_for()
    {
        var stored = Make("0 9 * * *", "Europe/Vienna", Instant("2026-01-14T12:00Z")) with { NextDueAt = Instant("2026-01-15T09:00Z"), NextDueOffset = TimeSpan.Zero };
        stored = stored with { Definition = stored.Definition with { Misfire = MisfirePolicy.Skip } };

        var round = ScheduleRound.At(stored, hasFailedTooOften: false, Instant("2026-01-15T09:00Z"));

        Assert.Equal((Instant("2026-01-15T08:00Z"), RunOutcome.Missed), Assert.Single(round.Runs.Select(run => (run.DueAt, run.Outcome))));
        Assert.Equal(Instant("2026-01-16T08:00Z"), round.After.NextDueAt);
    }

    [Fact]
    public void A_resumption_or_an_edit_reckons_anew_what_was_stored_too_late()
    {
        var now = Instant("2026-01-14T13:00Z");
        var stored = Make("0 9 * * *", "Europe/Vienna", Instant("2026-01-14T12:00Z")) with { Revision = 1, NextDueAt = Instant("2026-01-15T09:00Z"), NextDueOffset = TimeSpan.Zero };

        var resumed = stored.Pause(because: null, now).Value!.Resume(now).Value!;
        var edited = stored.Redefine(stored.Definition with { Jitter = TimeSpan.FromSeconds(1) }, now).Value!;

        Assert.All([resumed, edited], schedule => Assert.Equal((Instant("2026-01-15T08:00Z"), TimeSpan.FromHours(1)), (schedule.NextDueAt, schedule.NextDueOffset)));
        Assert.Same(stored, stored.Redefine(stored.Definition with { }, now).Value);
    }

    /// <summary>For weeks the one or the other process decides, and they disagree about the clocks of a zone.</summary>
    [Theory]
    [InlineData("0 9,17 * * *", "Europe/London")]
    [InlineData("0 9,17 * * *", "Europe/Athens")]
    [InlineData("0 9,10 * * *", "Europe/London")]
    [InlineData("*/10 9 * * *", "Europe/London")]
    [InlineData("*/10 9 * * *", "Europe/Athens")]
    [InlineData("*/10 9 * * *", "Pacific/Auckland")]
    public void Processes_with_two_databases_decide_each_time_of_the_day_once(string cron, string other)
    {
        var begin = Instant("2026-01-10T00:00Z");
        foreach (var first in (int[])[0, 1])
        {
            var (schedule, decided) = (Make(cron, "Europe/Vienna", begin), new List<DateTime>());
            for (var n = 0; n < 28 * 24; n++)
            {
                // Their turns are no part of a day, so each of them meets what the other has stored.
                var zone = (first + n) % 7 < 3 ? other : "Europe/Vienna";
                var known = schedule with { Definition = schedule.Definition with { Rule = ScheduleRule.Of(Name, cron, zone, null, null).Value! } };
                var round = ScheduleRound.At(known, hasFailedTooOften: false, begin.AddHours(n));
                decided.AddRange(round.Runs.Select(run => TimeZoneInfo.ConvertTime(run.DueAt, TimeZoneInfo.FindSystemTimeZoneById(zone)).DateTime));
                schedule = round.After;
            }

            var expected = Cadence(cron, "UTC").After(begin).Select(occurrence => occurrence.At.DateTime).Take(decided.Count);
            Assert.InRange(decided.Count, 56, 28 * 24);
            Assert.Equal(expected, decided);
        }
    }

    [Theory]
    [InlineData("Europe/Vienna")]
    [InlineData("America/Sao_Paulo")]
    [InlineData("Australia/Lord_Howe")]
    [InlineData("Pacific/Apia")]
    [InlineData("Africa/Casablanca")]
    [InlineData("UTC")]
    public void Where_the_clocks_are_the_same_nothing_is_corrected(string zone)
    {
        var crons = ClockCase.All.Select(rule => rule.Text).Concat(["H H * * *", "H/20 H * * *", "*/20 59 23 * * *", "0 0 L * *", "0 12 30 12 *", "0 9 LW * MON-FRI", "15 2 * * *", "0,30 0-3 * * *"]);
        foreach (var cron in crons)
        {
            foreach (var (created, startAt) in ((string, string?)[])[("2011-12-28T10:15Z", null), ("2025-10-25T23:30:00.123456Z", null), ("2026-03-28T09:00Z", "2026-03-29T01:00Z"), ("2026-10-01T00:00Z", "2026-10-24T12:34:56.789Z")])
            {
                var schedule = Make(cron, zone, Instant(created), startAt is null ? null : Instant(startAt));
                for (var n = 0; n < 24 && schedule.NextDueAt is { } dueAt; n++)
                {
                    // In time, late by more than one, paused for a while, and changed in between.
                    var now = (n % 4) switch { 0 => dueAt, 1 => dueAt.AddHours(27), _ => dueAt.AddSeconds(1) };
                    var round = ScheduleRound.At(schedule, hasFailedTooOften: false, now);
                    Assert.True(round.CorrectedFrom is null, $"{cron} {zone} {dueAt:O}");
                    Assert.Equal(dueAt, round.Runs[0].DueAt);
                    schedule = round.After;
                    if (n % 8 == 5)
                        schedule = schedule.Redefine(schedule.Definition with { MaxCatchUp = 1 + (n % 3), Jitter = TimeSpan.FromSeconds(n) }, now.AddSeconds(2)).Value!;
                }
            }
        }
    }

    [Fact]
    public void An_interval_asks_no_clock()
    {
        var schedule = Make(ScheduleRule.Of(Name, null, null, TimeSpan.FromMinutes(7), null).Value!, Instant("2026-01-14T12:00Z"), startAt: null) with { NextDueAt = Instant("2026-01-15T07:00Z") };

        var round = ScheduleRound.At(schedule, hasFailedTooOften: false, Instant("2026-01-15T07:00Z"));

        Assert.Null(round.CorrectedFrom);
        Assert.Equal(Instant("2026-01-15T07:00Z"), Assert.Single(round.Runs).DueAt);
    }

    private static CronCadence Cadence(string cron, string zone) => CronCadence.TryParse(cron, TimeZoneInfo.FindSystemTimeZoneById(zone), Name.Name, out _)!;

    private static Schedule Make(string cron, string zone, DateTimeOffset now, DateTimeOffset? startAt = null) => Make(ScheduleRule.Of(Name, cron, zone, null, null).Value!, now, startAt);

    private static Schedule Make(ScheduleRule rule, DateTimeOffset now, DateTimeOffset? startAt) => Schedule.Create(
        Name,
        new ScheduleDefinition { Rule = rule, StartAt = startAt, Overlap = OverlapPolicy.Allow, Job = new JobTemplate { Type = JobType.Parse("report.make"), Payload = "{}"u8.ToArray() } },
        now).Value!;

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
