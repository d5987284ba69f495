using JobService.Core.Jobs;

namespace JobService.Core.Sequences;

/// <summary>Where a job stands in its sequence.</summary>
/// <param name="Key">Of the sequence.</param>
/// <param name="Head">The job whose turn it is.</param>
/// <param name="HeldAt">Since when the head's failure holds up the others; null while it does not.</param>
/// <param name="Ahead">How many jobs come before it, the head with them, counted up to <see cref="Sequence.MaxLength"/>; 0 for the head.</param>
/// <param name="IsHeadRemoved">Whether retention has removed the head, which holds up the others all the same.</param>
public sealed record SequencePlace(SequenceKey Key, JobId Head, DateTimeOffset? HeldAt, int Ahead, bool IsHeadRemoved);
