using System.Collections.Concurrent;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Execution;

/// <summary>What this process runs now.</summary>
internal sealed class RunningJobs
{
    private const long NotDraining = -1;

    private readonly ConcurrentDictionary<LeaseToken, (JobId Id, bool IsSuspect, JobDeadline Deadline)> running = new();

    private int suspects;
    private TaskCompletionSource? emptied;

    // Ticks, since a TimeSpan? is more than a word: a job that enters meanwhile might read half of it.
    private long drainWithin = NotDraining;

    public IReadOnlyCollection<JobId> Ids => [.. running.Values.Select(job => job.Id)];

    public IReadOnlyCollection<LeaseToken> Tokens => [.. running.Keys];

    public bool IsEmpty => running.IsEmpty;

    /// <summary>Whether a job that killed its worker more than once is among them.</summary>
    public bool HasSuspect => Volatile.Read(ref suspects) > 0;

    public void Enter(JobId id, LeaseToken token, bool isSuspect, JobDeadline deadline)
    {
        running[token] = (id, isSuspect, deadline);
        if (isSuspect)
            Interlocked.Increment(ref suspects);
        if (Volatile.Read(ref drainWithin) is var within and not NotDraining)
            deadline.Drain(TimeSpan.FromTicks(within));
    }

    public void Leave(LeaseToken token)
    {
        if (running.TryRemove(token, out var job) && job.IsSuspect)
            Interlocked.Decrement(ref suspects);
        if (Volatile.Read(ref emptied) is { } waiting && running.IsEmpty)
            waiting.TrySetResult();
    }

    /// <summary>Waits until nothing runs; for one caller at a time, who sees to it that nothing begins meanwhile.</summary>
    public async Task WaitUntilEmptyAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref emptied, waiting);
        if (!running.IsEmpty)
            await waiting.Task;
        Volatile.Write(ref emptied, null);
    }

    public void Cancel(LeaseToken token, string? reason)
    {
        if (running.TryGetValue(token, out var job))
            job.Deadline.Cancel(reason);
    }

    public void LoseAll()
    {
        foreach (var job in running.Values)
            job.Deadline.LoseLease();
    }

    /// <summary>Lets what runs go on for so long, and then asks it to stop.</summary>
    public void Drain(TimeSpan within)
    {
        Volatile.Write(ref drainWithin, within.Ticks);
        foreach (var job in running.Values)
            job.Deadline.Drain(within);
    }
}
