namespace JobService.Worker.Leasing;

/// <summary>The lease this process holds now.</summary>
internal sealed class CurrentLease(TimeProvider clock)
{
    private readonly Lock gate = new();
    private WorkerLease? lease;
    private long heldSince;

    /// <summary>Null before the process registered, after it left, and while it is cut off.</summary>
    public WorkerLease? Lease
    {
        get
        {
            lock (gate)
                return lease;
        }

        set
        {
            lock (gate)
                (lease, heldSince) = (value, clock.GetTimestamp());
        }
    }

    /// <summary>
    /// Whether this process may say that another is dead. One that lost its own lease was cut off from the database, and others
    /// may have been with it: it may not from the loss on, nor under its next lease for as long as one lasts, so that they have time
    /// to come back and give back what they hold themselves.
    /// </summary>
    public bool MayJudgeOthers
    {
        get
        {
            lock (gate)
            {
                return lease is { Lost.IsCancellationRequested: false }
                    && (lease.Previous is null || clock.GetElapsedTime(heldSince) >= LeaseKeeper.Lease);
            }
        }
    }
}
