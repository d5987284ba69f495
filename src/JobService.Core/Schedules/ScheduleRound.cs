using System.Globalization;

namespace JobService.Core.Schedules;

/// <summary>
/// What a schedule does at an instant: which occurrences get a job and what becomes of the others, and where it stands then. A function of the
/// schedule, of the time and of what became of its jobs.
/// </summary>
internal sealed class ScheduleRound
{
    /// <summary>How long after its time an occurrence counts as missed. Within it, whoever comes late makes its job all the same.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(1);

    private readonly List<RunDecision> runs = [];
    private readonly DateTimeOffset now;
    private DateTimeOffset? waiting;
    private int missed;
    private long fired;
    private bool isBusy;

    private ScheduleRound(Schedule schedule, DateTimeOffset now)
    {
        this.now = now;
        (waiting, missed, fired) = (schedule.WaitingDueAt, schedule.Missed, schedule.Runs);
        isBusy = schedule.LiveJobs.Count > 0;
        After = schedule;
    }

    /// <summary>In the order in which they are decided; one that waited comes first.</summary>
    public IReadOnlyList<RunDecision> Runs => runs;

    /// <summary>Where the schedule stands then. Which jobs it made is known only to whoever makes them.</summary>
    public Schedule After { get; private set; }

    /// <summary>When it was to be due, as it was stored, where by the clocks of its zone that are known here it is not; else null.</summary>
    public DateTimeOffset? CorrectedFrom { get; private set; }

    /// <param name="schedule">Which one, with those of its jobs that are not final.</param>
    /// <param name="hasFailedTooOften">Whether as many jobs in a row as it allows have failed.</param>
    /// <param name="now">By the database's clock.</param>
    /// <exception cref="FormatException">When it is due can't be told here: an unknown time zone, or an expression of a later version.</exception>
    public static ScheduleRound At(Schedule schedule, bool hasFailedTooOften, DateTimeOffset now)
    {
        var round = new ScheduleRound(hasFailedTooOften ? PausedByFailures(schedule, now) : schedule, now);
        round.FireWaiting();
        round.DecideDue();
        round.Close();
        return round;
    }

    private static Schedule PausedByFailures(Schedule schedule, DateTimeOffset now) =>
        schedule.State == ScheduleState.Active
            ? schedule.Pause(string.Create(CultureInfo.InvariantCulture, $"Its last {schedule.Definition.PauseAfterFailures} jobs failed."), now).Value!
            : schedule;

    private void FireWaiting()
    {
        if (waiting is not { } dueAt || isBusy)
            return;
        waiting = null;
        var outcome = After.IsPaused ? RunOutcome.Paused : fired >= After.Definition.MaxRuns ? RunOutcome.Overlapped : RunOutcome.Fired;
        Record(new DueOccurrence(dueAt, Fires: outcome == RunOutcome.Fired, IsLate: false), outcome);
    }

    private void DecideDue()
    {
        if (!(After.NextDueAt <= now))
            return;
        var cadence = After.Definition.Rule.TryCadence(After.Name, After.AnchorAt, out var fault) ?? throw new FormatException(fault);
        var next = FirstUndecided(cadence, After.NextDueAt.Value);
        if (next is { } first)
            next = DecideFrom(cadence, first);
        After = After with { NextDueAt = next, NextDueOffset = ZoneCorrection.OffsetBefore(cadence, next) };
    }

    /// <summary>Decides what is due by now from an occurrence on, and says when it is due next.</summary>
    private DateTimeOffset? DecideFrom(Cadence cadence, DateTimeOffset first)
    {
        var definition = After.Definition;
        var due = DueRound.At(cadence, definition.Misfire, definition.MaxCatchUp, definition.EndAt, first, now, LateAfter);
        foreach (var occurrence in due.Occurrences)
        {
            if (fired >= definition.MaxRuns)
                break;
            Record(occurrence, OutcomeOf(occurrence));
        }

        return due.NextDueAt;
    }

    private DateTimeOffset? FirstUndecided(Cadence cadence, DateTimeOffset stored)
    {
        var first = ZoneCorrection.FirstUndecided(cadence, After.DecidedUpTo, stored, After.NextDueOffset);
        CorrectedFrom = first == stored ? null : stored;
        return first;
    }

    private void Close()
    {
        var isOver = After.NextDueAt is null || fired >= After.Definition.MaxRuns;
        After = After with
        {
            NextDueAt = isOver ? null : After.NextDueAt,
            NextDueOffset = isOver ? null : After.NextDueOffset,

            // A pause outlasts the end, so that one that is prolonged is paused still.
            State = isOver && After.State == ScheduleState.Active ? ScheduleState.Ended : After.State,
            WaitingDueAt = waiting,
            Missed = missed,
            Runs = fired,
            LastDueAt = runs.Count == 0 || runs[^1].DueAt < After.LastDueAt ? After.LastDueAt : runs[^1].DueAt,
        };
    }

    private RunOutcome OutcomeOf(DueOccurrence occurrence) => (After.IsPaused, occurrence.Fires, isBusy, After.Definition.Overlap) switch
    {
        (true, _, _, _) => RunOutcome.Paused,
        (_, false, _, _) => RunOutcome.Missed,
        (_, _, true, OverlapPolicy.Skip) => RunOutcome.Overlapped,
        (_, _, true, OverlapPolicy.QueueOne) => waiting is null ? RunOutcome.Waiting : RunOutcome.Overlapped,
        _ => RunOutcome.Fired,
    };

    private void Record(DueOccurrence occurrence, RunOutcome outcome)
    {
        var isFired = outcome == RunOutcome.Fired;
        var startAt = isFired ? After.StartOf(occurrence.At) : now;
        runs.Add(new RunDecision(occurrence.At, outcome, occurrence.IsLate, isFired ? missed : 0, startAt > now ? startAt : null));
        switch (outcome)
        {
            case RunOutcome.Fired:
                (missed, isBusy, fired) = (0, true, fired + 1);
                break;
            case RunOutcome.Waiting:
                waiting = occurrence.At;
                break;
            case RunOutcome.Missed or RunOutcome.Overlapped:
                missed++;
                break;
        }
    }
}
