using System.Text;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Retries;
using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

/// <summary>What becomes of a schedule that the configuration declares.</summary>
public sealed class DeclaredScheduleTests
{
    private static readonly ScheduleName Name = ScheduleName.Parse("nightly");
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Start.AddHours(5);

    [Fact]
    public void Where_there_is_none_it_is_made()
    {
        var made = Declare(null, Definition());

        Assert.Equal((true, ScheduleState.Active, 1, Start.AddMinutes(1)), (made.IsDeclared, made.State, made.Revision, made.NextDueAt));
    }

    [Fact]
    public void One_that_is_as_declared_stays_the_very_same_wherever_it_stands()
    {
        var stored = Declare(null, Definition()).Pause("holidays", Start).Value! with { Runs = 7, Missed = 2, NextDueAt = Start.AddMinutes(1) };

        Assert.Same(stored, Declare(stored, Definition(), now: Later));
    }

    [Fact]
    public void Another_definition_is_an_edit_and_fires_for_nothing_that_is_past()
    {
        var stored = Declare(null, Definition());

        var changed = Declare(stored, Definition() with { Rule = Every(minutes: 7) }, now: Later);

        Assert.Equal((true, 2, Later.AddMinutes(7)), (changed.IsDeclared, changed.Revision, changed.NextDueAt));
    }

    [Fact]
    public void What_a_person_or_failures_have_paused_stays_paused_through_a_change()
    {
        var stored = Declare(null, Definition()).Pause("holidays", Start).Value!;

        var changed = Declare(stored, Definition() with { MaxRuns = 5 }, now: Later);

        Assert.Equal((ScheduleState.Paused, "holidays"), (changed.State, changed.PausedBecause));
    }

    [Fact]
    public void One_that_was_made_over_the_api_is_declared_from_then_on_and_goes_on_where_it_stands()
    {
        var stored = Schedule.Create(Name, Definition(), Start).Value! with { Runs = 7 };

        var taken = Declare(stored, Definition(), now: Later);

        Assert.Equal((true, 2, 7L, stored.NextDueAt, stored.AnchorAt), (taken.IsDeclared, taken.Revision, taken.Runs, taken.NextDueAt, taken.AnchorAt));
    }

    [Fact]
    public void Disabled_it_is_paused_and_enabled_again_it_goes_on_from_then()
    {
        var disabled = Declare(null, Definition(), isEnabled: false);
        var again = Declare(disabled, Definition(), isEnabled: false, Later);
        var enabled = Declare(disabled, Definition(), isEnabled: true, Later);

        Assert.Equal((true, true), (disabled.IsDisabled, disabled.IsPaused));
        Assert.Same(disabled, again);
        Assert.Equal((false, false, ScheduleState.Active, Later.AddMinutes(1)), (enabled.IsDisabled, enabled.IsPaused, enabled.State, enabled.NextDueAt));
        Assert.Equal([1, 2, 3], new[] { Declare(null, Definition()), disabled, enabled }.Select(schedule => schedule.Revision));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("broken")]
    [InlineData("It is disabled in the configuration.")]
    public void A_persons_pause_outlasts_the_configurations_whatever_its_reason(string? reason)
    {
        var before = Declare(Declare(null, Definition()).Pause(reason, Start).Value!, Definition(), isEnabled: false);
        var behind = Declare(null, Definition(), isEnabled: false).Pause(reason, Start).Value!;

        foreach (var enabled in new[] { before, behind }.Select(both => Declare(both, Definition(), isEnabled: true, Later)))
            Assert.Equal((false, ScheduleState.Paused, reason), (enabled.IsDisabled, enabled.State, enabled.PausedBecause));
    }

    [Fact]
    public void What_the_configuration_disables_is_enabled_there_and_nowhere_else()
    {
        var disabled = Declare(null, Definition(), isEnabled: false);

        foreach (var schedule in (Schedule[])[disabled, disabled.Pause("broken", Start).Value!])
        {
            var refused = Assert.IsType<Refusal.WrongState>(schedule.Resume(Later).Refusal);
            Assert.Contains("JobService:Schedules:nightly:Enabled", refused.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_definition_enables_nothing()
    {
        var changed = Declare(Declare(null, Definition(), isEnabled: false), Definition() with { MaxRuns = 5 }, isEnabled: false, Later);

        Assert.Equal((true, 5L), (changed.IsDisabled, changed.Definition.MaxRuns));
    }

    [Fact]
    public void One_whose_time_has_passed_is_refused_where_it_is_new_and_stays_where_it_has_fired()
    {
        var once = Definition() with { Rule = ScheduleRule.Of(Name, null, null, null, Start.AddHours(1)).Value! };
        var fired = Declare(null, once) with { State = ScheduleState.Ended, NextDueAt = null, Runs = 1 };

        Assert.IsType<Refusal.Invalid>(Schedule.Declare(Name, null, once, isEnabled: true, Later).Refusal);
        Assert.Same(fired, Declare(fired, once, now: Later));
    }

    [Fact]
    public void Definitions_are_alike_by_what_they_hold()
    {
        Assert.Equal(Definition(), Definition());
        Assert.Equal(Definition().GetHashCode(), Definition().GetHashCode());
    }

    [Fact]
    public void Any_difference_makes_another_definition()
    {
        var (definition, job) = (Definition(), Definition().Job);
        var retry = job.Policies.Retry;
        RetryPolicy[] retries = [retry with { MaxAttempts = 2 }, retry with { Delays = [TimeSpan.FromSeconds(2)] }, retry with { RetryOn = ["b"] }, retry with { FailOn = ["c"] }];
        JobTemplate[] jobs =
        [
            job with { Type = JobType.Parse("b") }, job with { Payload = "1 "u8.ToArray() }, job with { Metadata = null }, job with { Metadata = "{ }"u8.ToArray() },
            job with { Tags = new Dictionary<string, string> { ["a"] = "2" } }, job with { Tags = new Dictionary<string, string>() }, job with { Priority = new JobPriority(9) },
            .. retries.Select(other => job with { Policies = job.Policies with { Retry = other } }), job with { Policies = job.Policies with { KeepResult = null } },
        ];
        ScheduleDefinition[] others =
        [
            definition with { Rule = Every(minutes: 2) }, definition with { Misfire = MisfirePolicy.Skip }, definition with { MaxCatchUp = 2 }, definition with { Overlap = OverlapPolicy.Allow },
            definition with { StartAt = Start }, definition with { EndAt = Later }, definition with { MaxRuns = 1 }, definition with { Jitter = TimeSpan.FromSeconds(1) },
            definition with { PauseAfterFailures = 1 }, .. jobs.Select(other => definition with { Job = other }),
        ];

        Assert.All(others, other => Assert.NotEqual(definition, other));
    }

    [Fact]
    public void Times_are_kept_as_the_database_keeps_them()
    {
        var definition = Definition() with { StartAt = Start.AddTicks(19), EndAt = Start.AddTicks(21).ToOffset(TimeSpan.FromHours(2)), Jitter = TimeSpan.FromMicroseconds(1_999) };

        Assert.Equal((Start.AddTicks(10), Start.AddTicks(20), TimeSpan.FromMilliseconds(1)), (definition.StartAt, definition.EndAt, definition.Jitter));
        Assert.Equal(TimeSpan.Zero, definition.EndAt!.Value.Offset);
    }

    private static ScheduleDefinition Definition() => new()
    {
        Rule = Every(minutes: 1),
        Job = new JobTemplate
        {
            Type = JobType.Parse("a"),
            Payload = Encoding.UTF8.GetBytes("1"),
            Metadata = Encoding.UTF8.GetBytes("{}"),
            Tags = new Dictionary<string, string> { ["a"] = "1" },
            Policies = new JobPolicies
            {
                KeepResult = TimeSpan.FromDays(1),
                Retry = new RetryPolicy { Backoff = BackoffKind.List, Delays = [TimeSpan.FromSeconds(1)], RetryOn = ["a"], FailOn = ["b"] },
            },
        },
    };

    private static ScheduleRule Every(int minutes) => ScheduleRule.Of(Name, null, null, TimeSpan.FromMinutes(minutes), null).Value!;

    private static Schedule Declare(Schedule? current, ScheduleDefinition definition, bool isEnabled = true, DateTimeOffset? now = null) =>
        Schedule.Declare(Name, current, definition, isEnabled, now ?? Start).Value!;
}
