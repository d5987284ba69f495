namespace JobService.Core.Claiming;

/// <summary>
/// Whose turn it is. Each queue has a time of its own that goes on with every job that is taken of it, the slower the heavier the queue is; the one that is
/// furthest behind is next. So queues that always have jobs get shares by their weights, and one that has few waits for nobody.
/// </summary>
/// <remarks>
/// A queue that has had no jobs goes on from where the furthest behind of the others is: it has saved up nothing. One that is ahead stays ahead, or a short break
/// would be worth more than its weight. Not safe for several threads.
/// </remarks>
internal sealed class QueueTurns
{
    private readonly Dictionary<int, Turn> turns = [];

    /// <summary>Where the furthest behind of those with jobs is. It never goes back.</summary>
    private double now;

    /// <summary>Those that may be served, the next first; of two that are even, one that had nothing left comes first, then the one that was given first.</summary>
    public IReadOnlyList<int> Order(IReadOnlyCollection<int> queues)
    {
        // Nobody waits for one that may not be served: it would hold everyone's time.
        foreach (var (queue, turn) in turns)
        {
            if (turn.IsBacklogged && !queues.Contains(queue))
                turn.IsBacklogged = false;
        }

        return [.. queues.OrderBy(At).ThenBy(IsBacklogged)];
    }

    /// <summary>What one claim found.</summary>
    public void Observe(IEnumerable<QueueYield> yields)
    {
        var last = now;
        foreach (var yield in yields)
        {
            var at = At(yield.QueueId) + (double)yield.Jobs / yield.Weight;
            turns[yield.QueueId] = new Turn { At = at, IsBacklogged = yield.IsBacklogged };
            last = Math.Max(last, at);
        }

        var backlogged = turns.Values.Where(turn => turn.IsBacklogged).Select(turn => turn.At).DefaultIfEmpty(last).Min();
        now = Math.Max(now, backlogged);
    }

    private double At(int queue) => !turns.TryGetValue(queue, out var turn) ? now : turn.IsBacklogged ? turn.At : Math.Max(turn.At, now);

    private bool IsBacklogged(int queue) => turns.TryGetValue(queue, out var turn) && turn.IsBacklogged;

    private sealed class Turn
    {
        public required double At { get; init; }

        public required bool IsBacklogged { get; set; }
    }
}
