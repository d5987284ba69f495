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
    private DateTimeOffset? waiting;
    private int missed;
    private long fired;
    private bool isBusy;

    private ScheduleRound(Schedule schedule)
    {
        (waiting, missed, fired) = (schedule.WaitingDueAt, schedule.Missed, schedule.Runs);
        isBusy = schedule.LiveJobs.Count > 0;
        After = schedule;
    }

    /// <summary>In the order in which they are decided; one that waited comes first.</summary>
    public IReadOnlyList<RunDecision> Runs => runs;

    /// <summary>Where the schedule stands then. Which jobs it made is known only to whoever makes them.</summary>
    public Schedule After { get; private set; }

    /// <param name="schedule">Which one, with those of its jobs that are not final.</param>
    /// <param name="hasFailedTooOften">Whether as many jobs in a row as it allows have failed.</param>
    /// <param name="now">By the database's clock.</param>
    /// <exception cref="FormatException">When it is due can't be told here: an unknown time zone, or an expression of a later version.</exception>
    public static ScheduleRound At(Schedule schedule, bool hasFailedTooOften, DateTimeOffset now)
    {
        var round = new ScheduleRound(hasFailedTooOften ? PausedByFailures(schedule, now) : schedule);
        round.FireWaiting();
        round.DecideDue(now);
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
        var outcome = After.State == ScheduleState.Paused ? RunOutcome.Paused : fired >= After.Definition.MaxRuns ? RunOutcome.Overlapped : RunOutcome.Fired;
        Record(new DueOccurrence(dueAt, Fires: outcome == RunOutcome.Fired, IsLate: false), outcome);
    }

    private void DecideDue(DateTimeOffset now)
    {
        var definition = After.Definition;
        if (!(After.NextDueAt <= now))
        {
            var isOver = fired >= definition.MaxRuns;
            Close(isOver ? null : After.NextDueAt, isOver ? ScheduleState.Ended : After.State);
        }
        else
        {
            var cadence = definition.Rule.TryCadence(After.Name, After.AnchorAt, out var fault) ?? throw new FormatException(fault);
            var due = DueRound.At(cadence, definition.Misfire, definition.MaxCatchUp, definition.EndAt, After.NextDueAt.Value, now, LateAfter);
            foreach (var occurrence in due.Occurrences)
            {
                if (fired >= definition.MaxRuns)
                    break;
                Record(occurrence, OutcomeOf(occurrence));
            }

            var isEnded = due.NextDueAt is null || fired >= definition.MaxRuns;
            Close(isEnded ? null : due.NextDueAt, isEnded ? ScheduleState.Ended : After.State);
        }
    }

    private void Close(DateTimeOffset? nextDueAt, ScheduleState state) => After = After with
    {
        NextDueAt = nextDueAt,
        State = state,
        WaitingDueAt = waiting,
        Missed = missed,
        Runs = fired,
        LastDueAt = runs.Count == 0 || runs[^1].DueAt < After.LastDueAt ? After.LastDueAt : runs[^1].DueAt,
    };

    private RunOutcome OutcomeOf(DueOccurrence occurrence) => (After.State, occurrence.Fires, isBusy, After.Definition.Overlap) switch
    {
        (ScheduleState.Paused, _, _, _) => RunOutcome.Paused,
        (_, false, _, _) => RunOutcome.Missed,
        (_, _, true, OverlapPolicy.Skip) => RunOutcome.Overlapped,
        (_, _, true, OverlapPolicy.QueueOne) => waiting is null ? RunOutcome.Waiting : RunOutcome.Overlapped,
        _ => RunOutcome.Fired,
    };

    private void Record(DueOccurrence occurrence, RunOutcome outcome)
    {
        runs.Add(new RunDecision(occurrence.At, outcome, occurrence.IsLate, outcome == RunOutcome.Fired ? missed : 0));
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
