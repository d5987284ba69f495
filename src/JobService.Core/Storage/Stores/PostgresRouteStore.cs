using JobService.Core.Errors;
using JobService.Core.Routing;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes the routing rules in PostgreSQL.</summary>
internal sealed class PostgresRouteStore(NpgsqlDataSource database) : IRouteStore
{
    public const string Routes = "routes";

    private static readonly string AdvanceRoutingVersion = SqlText.Read("advance_routing_version");
    private static readonly string ReplaceRoutes = SqlText.Read("replace_routes");

    public async Task<Result<long>> ReplaceAsync(IReadOnlyList<Route> routes, long? expected, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Whoever changes them too waits here, and then sees these.
        if (await AdvanceAsync(connection, Routes, expected, cancellationToken) is not { } version)
            return new Refusal.PreconditionFailed("The routes have changed since you read them.");
        await using var replace = new NpgsqlCommand(ReplaceRoutes, connection)
            .With(routes.Select(StoredRoute.Write).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Json);
        await replace.ExecuteNonQueryAsync(cancellationToken);

        // If the process dies before this line is durable, the rules are what they were.
        await transaction.CommitAsync(cancellationToken);
        return version;
    }

    internal static async Task<long?> AdvanceAsync(NpgsqlConnection connection, string name, long? expected, CancellationToken cancellationToken)
    {
        await using var advance = new NpgsqlCommand(AdvanceRoutingVersion, connection).With(name).With(expected, NpgsqlDbType.Bigint);
        return await advance.ExecuteScalarAsync(cancellationToken) as long?;
    }
}
