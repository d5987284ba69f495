namespace JobService.Core.Jobs;

/// <summary>What moves a job from one state to another.</summary>
public enum JobTrigger
{
    /// <summary>The last job that it waited for has ended.</summary>
    Unblock,

    /// <summary>The last job that it waited for has ended, and its own time is still to come.</summary>
    Postpone,

    /// <summary>The database's clock reached <c>runAt</c>.</summary>
    Promote,

    /// <summary>A worker took it: a new lease token, attempt + 1.</summary>
    Claim,

    /// <summary>The handler succeeded.</summary>
    Succeed,

    /// <summary>The attempt failed and the policy allows another.</summary>
    Retry,

    /// <summary>The attempt failed and no other follows.</summary>
    Fail,

    /// <summary>The handler asked for later; the attempt is not counted.</summary>
    Snooze,

    /// <summary>The worker gave it back because it stops; the attempt is not counted.</summary>
    Release,

    /// <summary>The lease ran out; crashes + 1, still within the cap.</summary>
    Reclaim,

    /// <summary>The lease ran out once too often.</summary>
    Lose,

    /// <summary>Cancelled: at once where it waits; by the handler or after its grace where it runs.</summary>
    Cancel,

    /// <summary><c>expiresAt</c> or <c>deadline</c> passed before it ran.</summary>
    Expire,

    /// <summary>Its time was edited to a later one.</summary>
    Reschedule,

    /// <summary>Retried by hand: the same job, a new generation.</summary>
    Restart,

    /// <summary>Retried by hand for a later time.</summary>
    RestartLater,

    /// <summary>Retried by hand while another job of its sequence has its turn: it waits behind those that are there.</summary>
    RestartBehind,
}
