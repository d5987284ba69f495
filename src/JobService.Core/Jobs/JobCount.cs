namespace JobService.Core.Jobs;

/// <summary>How many jobs a filter finds.</summary>
/// <param name="Matched">So many.</param>
/// <param name="IsPartial">Whether the time was over before all were looked at: there may be more.</param>
/// <param name="Sample">Some of them, the newest.</param>
public sealed record JobCount(long Matched, bool IsPartial, IReadOnlyList<Job> Sample);
