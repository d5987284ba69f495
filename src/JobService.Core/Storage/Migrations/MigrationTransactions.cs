using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace JobService.Core.Storage.Migrations;

/// <summary>Begins each transaction of EF's migrator, its lock on the list of migrations included, by saying how long it waits for a lock.</summary>
internal sealed class MigrationTransactions : DbTransactionInterceptor
{
    public static readonly MigrationTransactions Instance = new();

    private static readonly string BeginMigration = SqlText.Read("begin_migration");

    private MigrationTransactions()
    {
    }

    public override async ValueTask<DbTransaction> TransactionStartedAsync(
        DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
    {
        await using var begin = new NpgsqlCommand(BeginMigration, (NpgsqlConnection)connection);
        await begin.ExecuteNonQueryAsync(cancellationToken);
        return result;
    }
}
