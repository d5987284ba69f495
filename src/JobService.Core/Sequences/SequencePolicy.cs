namespace JobService.Core.Sequences;

/// <summary>The sequence a job is of, and what becomes of those behind it when it fails for good.</summary>
public sealed record SequencePolicy(SequenceKey Key, SequenceFailure OnFailure = SequenceFailure.Block);
