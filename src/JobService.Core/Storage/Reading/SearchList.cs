namespace JobService.Core.Storage.Reading;

/// <summary>Jobs that an index without an order has led to.</summary>
/// <param name="Ids">In any order.</param>
/// <param name="Order">In which they are asked for.</param>
/// <param name="IsComplete">Whether they are all there are.</param>
internal sealed record SearchList(IReadOnlyList<Guid> Ids, SearchOrder Order, bool IsComplete)
{
    private readonly Guid[] sorted = [.. Ids.Order()];

    /// <summary>The next of them in a stretch.</summary>
    public Guid[] Next(SearchStretch rest, int max)
    {
        var (first, end) = (At(rest.First), At(rest.End));
        return Order == SearchOrder.OldestFirst
            ? sorted[first..Math.Min(end, first + max)]
            : [.. sorted[Math.Max(first, end - max)..end].Reverse()];
    }

    /// <summary>How many are below an id.</summary>
    private int At(Guid id) => Array.BinarySearch(sorted, id) is var at && at < 0 ? ~at : at;
}
