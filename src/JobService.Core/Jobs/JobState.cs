namespace JobService.Core.Jobs;

/// <summary>Where a job stands. The numbers are stored and never change; what may follow what is in <see cref="JobStateMachine"/>.</summary>
public enum JobState
{
    /// <summary>Waits for other jobs.</summary>
    Blocked = 1,

    /// <summary>Has a future <c>runAt</c>.</summary>
    Scheduled = 2,

    /// <summary>May run now.</summary>
    Queued = 3,

    /// <summary>Claimed by a worker under a lease.</summary>
    Running = 4,

    /// <summary>Failed, and will run again.</summary>
    Retrying = 5,

    /// <summary>Final: the handler succeeded.</summary>
    Succeeded = 6,

    /// <summary>Final: it will not run again by itself; the reason says why.</summary>
    Failed = 7,

    /// <summary>Final: someone cancelled it.</summary>
    Cancelled = 8,
}
