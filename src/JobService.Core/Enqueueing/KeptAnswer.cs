using JobService.Core.Jobs;

namespace JobService.Core.Enqueueing;

/// <summary>The answer to a request, kept with its <c>Idempotency-Key</c> in the transaction that did what was asked.</summary>
/// <param name="Status">The status it had.</param>
/// <param name="Job">The job it tells of; null where it is about several.</param>
/// <param name="Body">To the byte.</param>
public sealed record KeptAnswer(int Status, JobId? Job, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it was kept before, and this request did nothing.</summary>
    public bool IsReplayed { get; init; }
}
