namespace JobService.Core.Enqueueing;

/// <summary>
/// The jobs that wait for their commit, and how many flushers are free. A caller that finds one free is that flusher from then on, so
/// nobody has to be woken. At first none is free: each begins by taking what came before the start.
/// </summary>
internal sealed class WaitingJobs(EnqueueOptions options)
{
    /// <summary>A commit with more payload than that makes everyone behind it wait, and gains nothing any more.</summary>
    private const long MaxBatchBytes = 4 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<PendingJob> waiting = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int freeFlushers;
    private bool isClosed;

    /// <summary>Completes when it is closed and the last flusher is free.</summary>
    public Task Ended => ended.Task;

    /// <summary>False where it is full or closed. The caller is a flusher from now on where one was free.</summary>
    public bool TryAdd(PendingJob job, out bool isFlusher)
    {
        lock (gate)
        {
            isFlusher = false;
            if (isClosed || waiting.Count >= options.MaxWaiting)
                return false;
            waiting.Enqueue(job);
            if (freeFlushers > 0)
            {
                freeFlushers--;
                isFlusher = true;
            }

            return true;
        }
    }

    /// <summary>Fills the batch with what waits; false, and the flusher is free, where nothing does.</summary>
    public bool TryTake(List<PendingJob> batch)
    {
        batch.Clear();
        lock (gate)
        {
            long bytes = 0;
            while (batch.Count < options.MaxBatch && bytes < MaxBatchBytes && waiting.TryDequeue(out var job))
            {
                batch.Add(job);
                bytes += job.Job.Payload.Length;
            }

            if (batch.Count > 0)
                return true;
            freeFlushers++;
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

    private void EndIfDone()
    {
        if (isClosed && freeFlushers == options.Flushers)
            ended.TrySetResult();
    }
}
