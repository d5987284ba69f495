using JobService.Core.Queues;
using JobService.Core.Routing;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads the routing rules through EF Core, and looks often and cheaply whether they are others.</summary>
internal sealed class PostgresRoutingQueries(IDbContextFactory<JobServiceDbContext> contexts, NpgsqlDataSource database) : IRoutingQueries
{
    private static readonly string ReadRoutingVersions = SqlText.Read("read_routing_versions");
    private static readonly string ReadBoundedQueues = SqlText.Read("read_bounded_queues");

    public async Task<RoutingVersion> VersionAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadRoutingVersions);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return new RoutingVersion(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    public async Task<IReadOnlyList<QueueName>> BoundedQueuesAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadBoundedQueues);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var queues = new List<QueueName>();
        while (await reader.ReadAsync(cancellationToken))
            queues.Add(QueueName.Parse(reader.GetString(0)));
        return queues;
    }

    public async Task<RouteList> RoutesAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var version = await context.RoutingVersions.Where(row => row.Name == PostgresRouteStore.Routes).Select(row => row.Version).SingleAsync(cancellationToken);
        var rules = await context.Routes.OrderBy(row => row.Position).Select(row => row.Rule).ToListAsync(cancellationToken);
        return new RouteList(version, [.. rules.Select(StoredRoute.Read)]);
    }
}
