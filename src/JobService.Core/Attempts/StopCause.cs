namespace JobService.Core.Attempts;

/// <summary>Why a handler's token fired; the first reason counts.</summary>
public enum StopCause
{
    /// <summary>It did not fire.</summary>
    None,

    /// <summary>The soft limit, or the end of the job's whole life.</summary>
    SoftLimit,

    /// <summary>Someone cancelled the job.</summary>
    Cancelled,

    /// <summary>The worker stops.</summary>
    Drained,

    /// <summary>The worker lost its lease: the job is another's by now, or will be.</summary>
    LeaseLost,
}
