namespace JobService.Core.Storage.Reading;

/// <summary>Jobs that an index without an order has led to, the newest first.</summary>
/// <param name="Ids">In any order.</param>
/// <param name="IsComplete">Whether they are all there are.</param>
internal sealed record SearchList(IReadOnlyList<Guid> Ids, bool IsComplete)
{
    private readonly Guid[] sorted = [.. Ids.OrderDescending()];

    /// <summary>The next of them below an id.</summary>
    public Guid[] Next(Guid before, int max)
    {
        var at = Array.BinarySearch(sorted, before, Comparer<Guid>.Create((a, b) => b.CompareTo(a)));
        var next = at < 0 ? ~at : at + 1;
        return sorted[next..Math.Min(sorted.Length, next + max)];
    }
}
