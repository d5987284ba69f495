using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Completion;

/// <summary>
/// Transitions that wait for the next flush. It takes whatever has gathered meanwhile, so the busier the worker, the larger its
/// commits. What a failed flush took comes back: applied twice, the second is stale.
/// </summary>
internal sealed class CompletionBuffer(Action added)
{
    /// <summary>So many are worth a flush of their own beside the one that is under way.</summary>
    public const int Many = 500;

    /// <summary>More than this at once would hold a flush up for no gain.</summary>
    private const int MaxBatch = 2_000;

    /// <summary>More bytes of results than that gain nothing either, and PostgreSQL takes no statement of 1 GiB: it would be sent for ever.</summary>
    private const long MaxBatchBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly List<IReadOnlyList<JobTransition>> taken = [];
    private Queue<JobTransition> waiting = new();
    private TaskCompletionSource? many;

    /// <summary>The claims whose transitions are not known to be durable.</summary>
    public IReadOnlyCollection<LeaseToken> Tokens
    {
        get
        {
            lock (gate)
                return [.. waiting.Concat(taken.SelectMany(batch => batch)).Select(transition => transition.Token)];
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return waiting.Count == 0 && taken.Count == 0;
        }
    }

    public bool HasMany
    {
        get
        {
            lock (gate)
                return waiting.Count >= Many;
        }
    }

    public void Add(JobTransition transition)
    {
        lock (gate)
        {
            waiting.Enqueue(transition);
            if (waiting.Count >= Many)
                many?.TrySetResult();
        }

        added();
    }

    /// <summary>Completes once there are <see cref="Many"/>.</summary>
    public Task WhenManyAsync()
    {
        lock (gate)
        {
            if (waiting.Count >= Many)
                return Task.CompletedTask;
            if (many is not { Task.IsCompleted: false })
                many = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return many.Task;
        }
    }

    /// <summary>What the next flush applies; to be <see cref="Confirm">confirmed</see> or <see cref="PutBack">put back</see>.</summary>
    public IReadOnlyList<JobTransition> Take()
    {
        lock (gate)
        {
            var batch = new List<JobTransition>(Math.Min(waiting.Count, MaxBatch));
            long bytes = 0;
            while (batch.Count < MaxBatch && bytes < MaxBatchBytes && waiting.TryDequeue(out var transition))
            {
                batch.Add(transition);
                bytes += transition is JobTransition.Succeeded { Result: { } result } ? result.Length : 0;
            }

            if (batch.Count > 0)
                taken.Add(batch);
            return batch;
        }
    }

    /// <summary>What was taken is durable, or stale.</summary>
    public void Confirm(IReadOnlyList<JobTransition> batch)
    {
        lock (gate)
            taken.Remove(batch);
    }

    /// <summary>What was taken may be durable or not: it goes again, before the others.</summary>
    public void PutBack(IReadOnlyList<JobTransition> batch)
    {
        lock (gate)
        {
            if (taken.Remove(batch))
                waiting = new Queue<JobTransition>(batch.Concat(waiting));
        }
    }
}
