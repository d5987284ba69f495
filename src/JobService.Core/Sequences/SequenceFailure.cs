namespace JobService.Core.Sequences;

/// <summary>What becomes of the jobs behind one that has failed for good when it was its turn.</summary>
public enum SequenceFailure
{
    /// <summary>They wait until someone retries it, deletes it, or lets them go on without it.</summary>
    Block = 0,

    /// <summary>The next one goes.</summary>
    Skip = 1,
}
