using JobService.Core.Jobs;

namespace JobService.Core.Enqueueing;

/// <summary>What became of a request that is done once.</summary>
/// <param name="Answer">The one it gets, whoever did it.</param>
/// <param name="Jobs">What it enqueued; nothing where the answer was there already.</param>
public sealed record OnceEnqueued(KeptAnswer Answer, IReadOnlyList<EnqueuedJob> Jobs);
