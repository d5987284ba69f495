using JobService.Core.Leases;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Renews one lease on a connection of its own, by blocking calls: see <see cref="ILeaseLine"/>.</summary>
internal sealed class PostgresLeaseLine(string connectionString, WorkerId worker) : ILeaseLine
{
    private static readonly string RenewLease = SqlText.Read("renew_lease");

    /// <summary>A renewal that takes longer has failed: the next one must still come in time.</summary>
    private const int TimeoutSeconds = 4;

    // Not from the pool: a pool that ran dry must not cost the lease.
    private readonly NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(connectionString)
    {
        Pooling = false,
        Timeout = TimeoutSeconds,
        CommandTimeout = TimeoutSeconds,
        ApplicationName = "JobService lease",
    }.ConnectionString);

    public bool Renew(TimeSpan lease, bool isDraining)
    {
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Broken))
            connection.Close();
        if (connection.State == System.Data.ConnectionState.Closed)
            connection.Open();

        using var command = new NpgsqlCommand(RenewLease, connection)
            .With(worker.Value).With((long)lease.TotalMilliseconds).With(isDraining);
        return command.ExecuteScalar() is not null;
    }

    public void Dispose() => connection.Dispose();
}
