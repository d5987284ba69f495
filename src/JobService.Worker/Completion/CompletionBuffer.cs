using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Completion;

/// <summary>
/// Transitions that wait for the next flush. There is one flush at a time and it takes whatever has gathered meanwhile, so
/// the busier the worker, the larger its commits. What a failed flush took comes back: applied twice, the second is stale.
/// </summary>
internal sealed class CompletionBuffer(Action added)
{
    /// <summary>More than this at once would hold a flush up for no gain.</summary>
    private const int MaxBatch = 2_000;

    /// <summary>More bytes of results than that gain nothing either, and PostgreSQL takes no statement of 1 GiB: it would be sent for ever.</summary>
    private const long MaxBatchBytes = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<JobTransition> waiting = new();
    private List<JobTransition> taken = [];
    private long takenBytes;

    /// <summary>The claims whose transitions are not known to be durable.</summary>
    public IReadOnlyCollection<LeaseToken> Tokens
    {
        get
        {
            lock (gate)
                return [.. waiting.Concat(taken).Select(transition => transition.Token)];
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

    public void Add(JobTransition transition)
    {
        lock (gate)
            waiting.Enqueue(transition);
        added();
    }

    /// <summary>What the next flush applies: all of the last one again if it was not <see cref="Confirm">confirmed</see>.</summary>
    public IReadOnlyList<JobTransition> Take()
    {
        lock (gate)
        {
            while (taken.Count < MaxBatch && takenBytes < MaxBatchBytes && waiting.TryDequeue(out var transition))
            {
                taken.Add(transition);
                takenBytes += transition is JobTransition.Succeeded { Result: { } result } ? result.Length : 0;
            }

            return taken;
        }
    }

    /// <summary>What was taken is durable, or stale.</summary>
    public void Confirm()
    {
        lock (gate)
            (taken, takenBytes) = ([], 0);
    }
}
