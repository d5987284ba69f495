using System.Collections.Concurrent;
using JobService.Core.Jobs;
using JobService.Core.Signals;
using Microsoft.Extensions.Hosting;

namespace JobService.Core.Results;

/// <summary>
/// Lets callers wait until a job is final. A worker of this process says so itself; for the others one query, a few times a
/// second, asks for all the jobs that anyone waits for. When the process begins to stop nobody is kept waiting any longer.
/// </summary>
public sealed class FinalJobWatch(IJobQueries queries, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobId, Watch> watches = new();
    private readonly WakeUp begun = new(clock);

    /// <summary>
    /// Waits until the job is final, at most <paramref name="timeout"/> and not beyond the moment the process begins to stop; true when it
    /// is. An unknown job is never final.
    /// </summary>
    public async Task<bool> WaitAsync(JobId id, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var watch = Enter(id);
        try
        {
            // The poll that this raises also sees a job that ended before anyone waited.
            begun.Raise();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
            await Task.WhenAny(watch.IsFinal.Task, Task.Delay(timeout, clock, stop.Token));
            await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return watch.IsFinal.Task.IsCompletedSuccessfully;
        }
        finally
        {
            Leave(id, watch);
        }
    }

    /// <summary>A worker of this process ended these jobs, and the commit is done.</summary>
    public void Ended(IEnumerable<JobId> ids)
    {
        if (watches.IsEmpty)
            return;
        foreach (var id in ids)
        {
            if (watches.TryGetValue(id, out var watch))
                watch.IsFinal.TrySetResult();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await begun.WaitAsync(watches.IsEmpty ? Timeout.InfiniteTimeSpan : PollEvery, stoppingToken);
            try
            {
                JobId[] ids = [.. watches.Where(watch => !watch.Value.IsFinal.Task.IsCompleted).Select(watch => watch.Key)];
                Ended(await queries.FinalAsync(ids, stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Those who wait go on waiting, or run out of time; who asks next is told that the database is away.
                await Task.Delay(RetryAfter, clock, stoppingToken);
            }
        }
    }

    private Watch Enter(JobId id)
    {
        while (true)
        {
            var watch = watches.GetOrAdd(id, _ => new Watch());
            lock (watch)
            {
                if (watch.IsRemoved)
                    continue;
                watch.Waiters++;
                return watch;
            }
        }
    }

    private void Leave(JobId id, Watch watch)
    {
        lock (watch)
        {
            if (--watch.Waiters > 0)
                return;
            watch.IsRemoved = true;
            watches.TryRemove(id, out _);
        }
    }

    private sealed class Watch
    {
        public TaskCompletionSource IsFinal { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiters { get; set; }

        public bool IsRemoved { get; set; }
    }
}
