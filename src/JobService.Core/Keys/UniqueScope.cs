namespace JobService.Core.Keys;

/// <summary>How long a job holds its unique key. The numbers are stored.</summary>
public enum UniqueScope
{
    /// <summary>While it waits for its first run.</summary>
    UntilStarted = 1,

    /// <summary>Until it is final, whatever became of it by then.</summary>
    UntilFinished = 2,

    /// <summary>For a time from when it was enqueued, whatever becomes of the job.</summary>
    Window = 3,

    /// <summary>For good, even when the job is no longer there.</summary>
    Forever = 4,
}
