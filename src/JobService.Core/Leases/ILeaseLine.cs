namespace JobService.Core.Leases;

/// <summary>
/// A connection that does nothing but renew one lease. It blocks: its thread has nothing else to do, and a starved thread
/// pool must not cost a lease.
/// </summary>
public interface ILeaseLine : IDisposable
{
    /// <summary>Renews the lease by <paramref name="lease"/> from now, on the database's clock; false when it was lost already.</summary>
    bool Renew(TimeSpan lease, bool isDraining);
}
