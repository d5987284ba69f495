using JobService.Core.Diagnostics;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace JobService.Core.Storage.Reading;

/// <summary>Looks until the migration was seen once: there is no way back from it.</summary>
internal sealed class PostgresSchemaQueries(IDbContextFactory<JobServiceDbContext> contexts, NpgsqlDataSource database) : ISchemaQueries
{
    private static readonly string ReadIsMigrated = SqlText.Read("read_is_migrated");

    private volatile bool isMigrated;

    public async Task<bool> IsMigratedAsync(CancellationToken cancellationToken)
    {
        if (isMigrated)
            return true;

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var command = database.CreateCommand(ReadIsMigrated).With(context.Database.GetMigrations().Last());
        return isMigrated = await command.ExecuteScalarAsync(cancellationToken) is true;
    }
}
