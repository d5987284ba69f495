using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Sequences;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Jobs that wait for something that another call or transaction keeps for longer than a moment: those of one key, sequence and name together, each kind by itself, so that
/// nobody else waits with them.
/// </summary>
/// <param name="options">How many may wait, and how many are enqueued at once.</param>
/// <param name="enqueue">Enqueues some of one kind, however long that takes, and answers them.</param>
internal sealed class HeldJobs(EnqueueOptions options, Func<IReadOnlyList<PendingJob>, Task> enqueue)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Kind, Queue<PendingJob>> waiting = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int count;
    private bool isClosed;

    /// <summary>Completes when it is closed and nothing waits any more.</summary>
    public Task Ended => ended.Task;

    /// <summary>Whether others of its kind wait.</summary>
    public bool HasAlike(NewJob job)
    {
        lock (gate)
            return waiting.Count > 0 && waiting.ContainsKey(Kind.Of(job));
    }

    /// <summary>Has a job wait; false where as many wait as may.</summary>
    public bool TryAdd(PendingJob job)
    {
        var kind = Kind.Of(job.Job);
        lock (gate)
        {
            if (count >= options.MaxWaiting)
                return false;
            count++;
            if (waiting.TryGetValue(kind, out var alike))
            {
                alike.Enqueue(job);
                return true;
            }

            waiting.Add(kind, new Queue<PendingJob>([job]));
        }

        ThreadPool.UnsafeQueueUserWorkItem(static one => _ = one.Held.EnqueueAllAsync(one.Kind), (Held: this, Kind: kind), preferLocal: false);
        return true;
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
            var jobs = new List<PendingJob>();
            lock (gate)
            {
                while (jobs.Count < options.MaxBatch && waiting[kind].TryDequeue(out var job))
                    jobs.Add(job);
                if (jobs.Count == 0)
                {
                    waiting.Remove(kind);
                    EndWhenDone();
                    return;
                }
            }

            await enqueue(jobs);
            lock (gate)
                count -= jobs.Count;
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
