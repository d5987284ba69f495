using JobService.Core.Jobs;

namespace JobService.Core.Storage.Reading;

/// <summary>What a search has found so far.</summary>
/// <param name="Ids">In the order of the search.</param>
/// <param name="Next">The place from where it goes on; null at the end.</param>
/// <param name="IsPartial">Whether it stopped since its time was over.</param>
internal sealed record FoundJobs(IReadOnlyList<JobId> Ids, JobId? Next, bool IsPartial);
