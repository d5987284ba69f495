namespace JobService.Core.Enqueueing;

/// <summary>
/// The jobs that wait for their commit, and the flushers that make commits of them. A caller that is told so is a flusher from then on, so nobody has to be
/// woken. One gathers more while its commit is in flight; another joins it only where there is enough for both, or where that commit takes long.
/// </summary>
internal sealed class WaitingJobs(EnqueueOptions options, TimeProvider clock)
{
    /// <summary>So many are worth a commit of their own beside the one in flight: with fewer, each would be smaller and cost as much.</summary>
    private const int Many = 500;

    /// <summary>A commit with more payload than that makes everyone behind it wait, and gains nothing any more.</summary>
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    /// <summary>A commit takes a millisecond. One that hangs must not hold up all others.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(10);

    private readonly Lock gate = new();
    private readonly Queue<PendingJob> waiting = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int flushers;
    private long lastBegun;
    private bool isOpen;
    private bool isClosed;

    /// <summary>Completes when it is closed and nothing waits any more.</summary>
    public Task Ended => ended.Task;

    /// <summary>Until now jobs could only wait. Where some do, the caller is a flusher from now on, and this its first batch.</summary>
    public List<PendingJob>? Open()
    {
        lock (gate)
        {
            isOpen = true;
            return Begin();
        }
    }

    /// <summary>False where it is full or closed.</summary>
    /// <param name="job">What is to wait.</param>
    /// <param name="batch">Where there is one, the caller is a flusher from now on, and this its first batch.</param>
    public bool TryAdd(PendingJob job, out List<PendingJob>? batch)
    {
        lock (gate)
        {
            batch = null;
            if (isClosed || waiting.Count >= options.MaxWaiting)
                return false;
            waiting.Enqueue(job);
            batch = Begin();
            return true;
        }
    }

    /// <summary>Fills the next batch of a flusher; false where it is none any more.</summary>
    public bool TryTake(List<PendingJob> batch)
    {
        batch.Clear();
        lock (gate)
        {
            if (IsWorthwhile(flushers - 1))
            {
                Take(batch);
                return true;
            }

            flushers--;
            EndIfDone();
            return false;
        }
    }

    /// <summary>Lets no more in. What waits is still taken.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            EndIfDone();
        }
    }

    private List<PendingJob>? Begin()
    {
        if (!isOpen || flushers == options.Flushers || !IsWorthwhile(flushers))
            return null;
        flushers++;
        var batch = new List<PendingJob>();
        Take(batch);
        return batch;
    }

    private void Take(List<PendingJob> batch)
    {
        long bytes = 0;
        while (batch.Count < options.MaxBatch && bytes < MaxBatchBytes && waiting.TryDequeue(out var job))
        {
            batch.Add(job);
            bytes += job.Job.Payload.Length;
        }

        lastBegun = clock.GetTimestamp();
    }

    private bool IsWorthwhile(int others) =>
        waiting.Count > 0 && (others == 0 || waiting.Count >= Many || clock.GetElapsedTime(lastBegun) >= Long);

    private void EndIfDone()
    {
        if (isClosed && flushers == 0)
            ended.TrySetResult();
    }
}
