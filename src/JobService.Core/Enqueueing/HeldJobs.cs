using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Sequences;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Jobs that wait for something that another call or transaction keeps for longer than a moment: those of one key, sequence and name together, each kind by itself, so that
/// nobody else waits with them.
/// </summary>
/// <param name="enqueue">Enqueues those of one kind, however long that takes, and answers them.</param>
internal sealed class HeldJobs(Func<IReadOnlyList<PendingJob>, Task> enqueue)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Kind, List<PendingJob>> waiting = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isClosed;

    /// <summary>Completes when it is closed and nothing waits any more.</summary>
    public Task Ended => ended.Task;

    /// <summary>Has a job wait with those of its kind, where any do.</summary>
    public bool TryJoin(PendingJob job)
    {
        lock (gate)
        {
            if (waiting.Count == 0 || !waiting.TryGetValue(Kind.Of(job.Job), out var alike))
                return false;
            alike.Add(job);
            return true;
        }
    }

    /// <summary>Has a job wait.</summary>
    public void Add(PendingJob job)
    {
        var kind = Kind.Of(job.Job);
        lock (gate)
        {
            if (waiting.TryGetValue(kind, out var alike))
            {
                alike.Add(job);
                return;
            }

            waiting.Add(kind, [job]);
        }

        ThreadPool.UnsafeQueueUserWorkItem(static one => _ = one.Held.EnqueueAllAsync(one.Kind), (Held: this, Kind: kind), preferLocal: false);
    }

    /// <summary>No more will come.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            EndWhenDone();
        }
    }

    private async Task EnqueueAllAsync(Kind kind)
    {
        while (true)
        {
            List<PendingJob> jobs;
            lock (gate)
            {
                jobs = waiting[kind];
                if (jobs.Count == 0)
                {
                    waiting.Remove(kind);
                    EndWhenDone();
                    return;
                }

                waiting[kind] = [];
            }

            await enqueue(jobs);
        }
    }

    private void EndWhenDone()
    {
        if (isClosed && waiting.Count == 0)
            ended.TrySetResult();
    }

    /// <summary>All that somebody may keep from a job.</summary>
    internal readonly record struct Kind(NamesOfJob Names, KeyHash? Key, SequenceKey? Sequence)
    {
        public static Kind Of(NewJob job) => new(NamesOfJob.Of(job), job.UniqueKey, job.Policies.Sequence?.Key);
    }
}
