namespace JobService.Core.Leases;

/// <summary>
/// The fence of one claim: the <c>seq</c> of the ready row it took. It grows each time a job becomes ready, so no two claims
/// of a job share one, and a write under an old token changes nothing.
/// </summary>
public readonly record struct LeaseToken(long Value)
{
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
