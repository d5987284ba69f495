namespace JobService.Core.Sequences;

/// <summary>What one look at ended heads came to.</summary>
/// <param name="Ends">How many ends it saw to.</param>
/// <param name="Ready">How many jobs are queued by it.</param>
/// <param name="Scheduled">How many are scheduled by it.</param>
/// <param name="Held">How many sequences are held up from now on.</param>
public readonly record struct AdvancedSequences(int Ends, int Ready, int Scheduled, int Held);
