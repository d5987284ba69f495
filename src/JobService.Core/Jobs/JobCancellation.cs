namespace JobService.Core.Jobs;

/// <summary>What a cancellation came to.</summary>
public enum JobCancellation
{
    /// <summary>It waited, and is cancelled.</summary>
    Done,

    /// <summary>It runs; its handler is asked to stop.</summary>
    Requested,

    /// <summary>It was cancelled already.</summary>
    AlreadyDone,
}
