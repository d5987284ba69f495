using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Sequences;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Jobs that wait for something that another call or transaction keeps for longer than a moment: those of one key, sequence and name together, each kind by itself, so that
/// nobody else waits with them.
/// </summary>
/// <param name="options">How many may wait, and how many are enqueued at once.</param>
/// <param name="store">Where their names get a number.</param>
/// <param name="commits">Stores them.</param>
internal sealed class HeldJobs(EnqueueOptions options, IJobStore store, JobCommits commits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Kind, Queue<PendingJob>> waiting = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many kinds are looked at once, so that others find a connection.</summary>
    private readonly SemaphoreSlim looking = new(4);
    private int count;
    private bool isClosed;

    /// <summary>Completes when it is closed and nothing waits any more.</summary>
    public Task Ended => ended.Task;

    /// <summary>Has those of a batch wait of whose kind others do.</summary>
    /// <returns>Those that may go on.</returns>
    public PendingJob[] Sift(IReadOnlyList<PendingJob> batch)
    {
        var others = new List<PendingJob>(batch.Count);
        foreach (var pending in batch)
        {
            if (HasAlike(pending.Job))
                Add(pending);
            else
                others.Add(pending);
        }

        return [.. others];
    }

    /// <summary>Has a job wait until it is answered; at once, where as many wait as may.</summary>
    public void Add(PendingJob pending)
    {
        if (!TryAdd(pending))
            pending.Answer.SetResult(new Refusal.Overloaded(EnqueueRefusals.RetryAfter));
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

    private bool HasAlike(NewJob job)
    {
        lock (gate)
            return waiting.Count > 0 && waiting.ContainsKey(Kind.Of(job));
    }

    private bool TryAdd(PendingJob pending)
    {
        var kind = Kind.Of(pending.Job);
        lock (gate)
        {
            if (count >= options.MaxWaiting)
                return false;
            count++;
            if (waiting.TryGetValue(kind, out var alike))
            {
                alike.Enqueue(pending);
                return true;
            }

            waiting.Add(kind, new Queue<PendingJob>([pending]));
        }

        ThreadPool.UnsafeQueueUserWorkItem(static one => _ = one.Held.EnqueueAllAsync(one.Kind), (Held: this, Kind: kind), preferLocal: false);
        return true;
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

            await commits.AnswerAsync(jobs, () => EnqueueAsync(jobs));
            lock (gate)
                count -= jobs.Count;
        }
    }

    /// <summary>Those of one kind: for a moment again, since not each was looked at by itself; and then for as long as anybody waits. Not cancelled by a stop: its callers learn of it.</summary>
    private async Task EnqueueAsync(IReadOnlyList<PendingJob> batch)
    {
        var isMet = batch.All(pending => store.Knows(pending.Job));
        var left = isMet ? await LookAsync(batch) : batch;
        if (left.Count == 0)
            return;

        NewJob[] jobs = [.. left.Select(pending => pending.Job)];
        if (!isMet && !await store.TryMeetAsync(jobs, mayWait: true, CancellationToken.None))
        {
            foreach (var pending in left)
                pending.Answer.SetResult(EnqueueRefusals.NameInUse);
            return;
        }

        var answers = await commits.TogetherAsync(jobs, mayWait: true, CancellationToken.None);
        foreach (var (pending, answer) in left.Zip(answers))
            pending.Answer.SetResult(answer);
    }

    /// <returns>Those that something is still kept from.</returns>
    private async Task<IReadOnlyList<PendingJob>> LookAsync(IReadOnlyList<PendingJob> batch)
    {
        await looking.WaitAsync();
        try
        {
            var answers = await commits.TogetherAsync([.. batch.Select(pending => pending.Job)], mayWait: false, CancellationToken.None);
            foreach (var (pending, answer) in batch.Zip(answers))
            {
                if (answer.Refusal is not Refusal.InUse)
                    pending.Answer.SetResult(answer);
            }
        }
        finally
        {
            looking.Release();
        }

        return [.. batch.Where(pending => !pending.Answer.Task.IsCompleted)];
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
