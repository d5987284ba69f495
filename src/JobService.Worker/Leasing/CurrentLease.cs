namespace JobService.Worker.Leasing;

/// <summary>The lease this process holds now; null before it registered and after it left.</summary>
internal sealed class CurrentLease
{
    private volatile WorkerLease? lease;

    public WorkerLease? Lease
    {
        get => lease;
        set => lease = value;
    }
}
