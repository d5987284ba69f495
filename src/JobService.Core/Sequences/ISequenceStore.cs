using JobService.Core.Jobs;

namespace JobService.Core.Sequences;

/// <summary>Where callers change sequences. Each call is one transaction.</summary>
public interface ISequenceStore
{
    /// <summary>Lets a sequence go on without the head whose failure holds it up.</summary>
    /// <param name="key">Of the sequence.</param>
    /// <param name="head">Only where that is the head; null for whichever it is.</param>
    /// <param name="reason">For the timeline of the head.</param>
    /// <param name="actor">Who does it; null for a developer on this machine.</param>
    /// <param name="cancellationToken">Ends the wait; then it was done as a whole, or not.</param>
    /// <returns>False where no head held it up, or another than the one that was named: nothing was changed.</returns>
    Task<bool> ResumeAsync(SequenceKey key, JobId? head, string? reason, string? actor, CancellationToken cancellationToken);
}
