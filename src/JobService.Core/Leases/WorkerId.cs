namespace JobService.Core.Leases;

/// <summary>One boot of a worker process, and the lease it holds. A restarted process, or one that lost its lease, is another.</summary>
public readonly record struct WorkerId(int Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
