using JobService.Core.Sequences;

namespace JobService.Api.Jobs;

/// <summary>The sequence a job is of.</summary>
internal sealed record JobSequenceResponse
{
    /// <example>order-42</example>
    public required string Key { get; init; }

    /// <summary>What becomes of those behind it when it fails for good in its turn.</summary>
    /// <example>block</example>
    public required string OnFailure { get; init; }

    public static JobSequenceResponse? From(SequencePolicy? sequence) =>
        sequence is null ? null : new() { Key = sequence.Key.Text, OnFailure = SequenceRules.Word(sequence.OnFailure) };
}
