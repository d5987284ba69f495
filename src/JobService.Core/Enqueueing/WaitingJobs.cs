namespace JobService.Core.Enqueueing;

/// <summary>
/// The jobs that wait for their commit, and how many flushers make commits of them. One gathers more while its commit is in flight; another
/// begins beside it only where there is enough for both, or where that commit takes long.
/// </summary>
internal sealed class WaitingJobs(EnqueueOptions options)
{
    /// <summary>A commit with more payload than that makes everyone behind it wait, and gains nothing any more.</summary>
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>So many are worth a commit beside the one in flight: with fewer, there would be twice as many of half the size.</summary>
    private readonly int many = Math.Min(500, Math.Min(options.MaxBatch, options.MaxWaiting));

    private readonly Lock gate = new();
    private readonly Queue<PendingJob> waiting = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int flushers;
    private int slow;
    private bool isOpen;
    private bool isClosed;

    /// <summary>Completes when it is closed and nothing waits any more.</summary>
    public Task Ended => ended.Task;

    /// <summary>Until now jobs could only wait.</summary>
    /// <returns>Whether a flusher is to begin.</returns>
    public bool Open()
    {
        lock (gate)
        {
            isOpen = true;
            return TryBegin();
        }
    }

    /// <summary>False where it is full or closed.</summary>
    /// <param name="job">What is to wait.</param>
    /// <param name="begins">Whether a flusher is to begin.</param>
    public bool TryAdd(PendingJob job, out bool begins)
    {
        lock (gate)
        {
            begins = false;
            if (isClosed || waiting.Count >= options.MaxWaiting)
                return false;
            waiting.Enqueue(job);
            begins = TryBegin();
            return true;
        }
    }

    /// <summary>Fills the next batch of a flusher; false where it is to end.</summary>
    public bool TryTake(List<PendingJob> batch)
    {
        batch.Clear();
        lock (gate)
        {
            if (!IsWorthwhile(others: flushers - 1 - slow))
            {
                flushers--;
                if (isClosed && flushers == 0)
                    ended.TrySetResult();
                return false;
            }

            long bytes = 0;
            while (batch.Count < options.MaxBatch && bytes < MaxBatchBytes && waiting.TryDequeue(out var job))
            {
                batch.Add(job);
                bytes += job.Job.Payload.Length;
            }

            return true;
        }
    }

    /// <summary>The commit of a flusher takes long: nobody waits for it any more, until it has <see cref="CaughtUp"/>.</summary>
    /// <returns>Whether another flusher is to begin.</returns>
    public bool FellBehind()
    {
        lock (gate)
        {
            slow++;
            return TryBegin();
        }
    }

    /// <summary>The commit that took long has ended.</summary>
    public void CaughtUp()
    {
        lock (gate)
            slow--;
    }

    /// <summary>Lets no more in. What waits is still taken.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            if (flushers == 0)
                ended.TrySetResult();
        }
    }

    private bool TryBegin()
    {
        if (!isOpen || flushers == options.Flushers || !IsWorthwhile(others: flushers - slow))
            return false;
        flushers++;
        return true;
    }

    private bool IsWorthwhile(int others) => waiting.Count > 0 && (others == 0 || waiting.Count >= many);
}
