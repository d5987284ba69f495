using System.Collections.Frozen;
using static JobService.Core.Jobs.JobState;
using static JobService.Core.Jobs.JobTrigger;

namespace JobService.Core.Jobs;

/// <summary>The one table of what may happen to a job. Storage, API, conformance cases and <c>docs/job-lifecycle.md</c> follow it.</summary>
public static class JobStateMachine
{
    private static readonly FrozenDictionary<(JobState, JobTrigger), JobState> Table = new Dictionary<(JobState, JobTrigger), JobState>
    {
        [(Blocked, Unblock)] = Queued,
        [(Blocked, Postpone)] = Scheduled,
        [(Blocked, Reschedule)] = Blocked,
        [(Blocked, Cancel)] = Cancelled,
        [(Blocked, Expire)] = Failed,

        [(Scheduled, Promote)] = Queued,
        [(Scheduled, Reschedule)] = Scheduled,
        [(Scheduled, Cancel)] = Cancelled,
        [(Scheduled, Expire)] = Failed,

        [(Queued, JobTrigger.Claim)] = Running,
        [(Queued, Reschedule)] = Scheduled,
        [(Queued, Cancel)] = Cancelled,
        [(Queued, Expire)] = Failed,

        [(Running, Succeed)] = Succeeded,
        [(Running, Retry)] = Retrying,
        [(Running, Fail)] = Failed,
        [(Running, Snooze)] = Scheduled,
        [(Running, Release)] = Queued,
        [(Running, Reclaim)] = Queued,
        [(Running, Lose)] = Failed,
        [(Running, Cancel)] = Cancelled,

        [(Retrying, Promote)] = Queued,
        [(Retrying, Reschedule)] = Retrying,
        [(Retrying, Cancel)] = Cancelled,
        [(Retrying, Expire)] = Failed,

        [(Succeeded, Restart)] = Queued,
        [(Succeeded, RestartLater)] = Scheduled,
        [(Succeeded, RestartBehind)] = Blocked,
        [(Failed, Restart)] = Queued,
        [(Failed, RestartLater)] = Scheduled,
        [(Failed, RestartBehind)] = Blocked,
        [(Cancelled, Restart)] = Queued,
        [(Cancelled, RestartLater)] = Scheduled,
        [(Cancelled, RestartBehind)] = Blocked,
    }.ToFrozenDictionary();

    /// <summary>Every allowed move, in the order of the states.</summary>
    public static IEnumerable<(JobState From, JobTrigger Trigger, JobState To)> Moves =>
        Table.Select(move => (move.Key.Item1, move.Key.Item2, move.Value)).Order();

    public static bool IsFinal(this JobState state) => state is Succeeded or Failed or Cancelled;

    /// <summary>The state after <paramref name="trigger"/>, or null where the trigger is not allowed.</summary>
    public static JobState? Next(JobState from, JobTrigger trigger) =>
        Table.TryGetValue((from, trigger), out var to) ? to : null;

    /// <summary>The states in which <paramref name="trigger"/> is allowed, for a refusal to name.</summary>
    public static IEnumerable<JobState> AllowedFrom(JobTrigger trigger) =>
        Moves.Where(move => move.Trigger == trigger).Select(move => move.From);
}
