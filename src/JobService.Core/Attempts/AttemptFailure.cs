namespace JobService.Core.Attempts;

/// <summary>How an attempt failed. The numbers are stored and never change.</summary>
public enum AttemptFailure
{
    /// <summary>The handler threw, or answered a failure.</summary>
    Failed = 1,

    /// <summary>It ran into its soft or its hard limit.</summary>
    TimedOut = 2,

    /// <summary>Its worker's lease ran out: the process died, or was cut off.</summary>
    Lost = 3,

    /// <summary>It was cancelled and did not stop within the grace.</summary>
    Abandoned = 4,
}
