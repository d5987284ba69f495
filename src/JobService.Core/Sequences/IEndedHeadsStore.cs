namespace JobService.Core.Sequences;

/// <summary>Lets the next jobs of sequences go when those before them have ended. Any number of processes may call at once.</summary>
public interface IEndedHeadsStore
{
    /// <summary>Sees to up to <paramref name="maxEnds"/> jobs that have ended, in one transaction, the oldest ends first.</summary>
    Task<AdvancedSequences> AdvanceAsync(int maxEnds, CancellationToken cancellationToken);

    /// <summary>Looks at every sequence, and notes where the end of a head was not: a process of an earlier version knows of no sequences.</summary>
    /// <returns>How many ends were noted.</returns>
    Task<int> RecoverAsync(CancellationToken cancellationToken);
}
