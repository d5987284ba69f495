namespace JobService.Core.Jobs;

/// <summary>Jobs that were looked for, the newest first.</summary>
/// <param name="Items">Those that were found.</param>
/// <param name="Next">From where the search goes on downwards, which need not be a job; null where it is at its end.</param>
/// <param name="IsPartial">Whether its time was over before the page was full.</param>
public sealed record JobPage(IReadOnlyList<Job> Items, JobId? Next, bool IsPartial)
{
    /// <summary>Of a partial page: about how far back in time it has looked, to say so; <see cref="Next"/> is where to go on. Null where it has looked at none.</summary>
    public DateTimeOffset? SearchedTo => IsPartial && Next is { } next && next.Value != Guid.AllBitsSet ? next.MadeAt : null;
}
