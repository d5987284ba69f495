using JobService.Core.Claiming;
using JobService.Core.Queues;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Queues;

/// <summary>The queues this process serves, and how many jobs of those with slots of their own it runs.</summary>
internal sealed class ServedQueues
{
    private readonly IReadOnlyList<QueueSelection> selections;
    private readonly int[] running;
    private readonly bool isLimited;

    public ServedQueues(IOptions<WorkerOptions> options)
    {
        selections = options.Value.Queues is []
            ? [QueueSelection.All]
            : [.. options.Value.Queues.Select(queue => new QueueSelection(queue.Name) { Weight = queue.Weight, MaxJobs = queue.Slots })];
        running = new int[selections.Count];
        isLimited = selections.Any(selection => selection.MaxJobs is not null);
        Order = options.Value.QueueOrder;
    }

    public QueueOrder Order { get; }

    public IReadOnlyList<string> Globs => [.. selections.Select(selection => selection.Glob)];

    /// <summary>A job begins.</summary>
    public void Enter(QueueName queue) => Count(queue, 1);

    /// <summary>It has ended, or was given up.</summary>
    public void Leave(QueueName queue) => Count(queue, -1);

    /// <summary>What to ask for: no more of each than may run beside those that do, and those that <paramref name="asked"/> may bring.</summary>
    public IReadOnlyList<QueueSelection> Open(IEnumerable<ClaimRequest> asked)
    {
        if (!isLimited)
            return selections;

        var room = selections.Select((selection, i) => selection.MaxJobs - Volatile.Read(ref running[i])).ToArray();
        foreach (var request in asked)
        {
            for (var i = 0; i < room.Length; i++)
                room[i] -= Math.Min(request.Queues[i].MaxJobs ?? 0, request.MaxJobs);
        }

        return [.. selections.Select((selection, i) => room[i] is { } left ? selection with { MaxJobs = Math.Max(0, left) } : selection)];
    }

    private void Count(QueueName queue, int change)
    {
        if (!isLimited)
            return;
        for (var i = 0; i < selections.Count; i++)
        {
            if (!selections[i].Matches(queue.Name))
                continue;
            Interlocked.Add(ref running[i], change);
            return;
        }
    }
}
