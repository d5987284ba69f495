using JobService.Bench.Cluster;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Bench.Children;

/// <summary>What the API is compared with: Kestrel that does nothing, and one that does one INSERT of one row a request.</summary>
internal static class ServeChild
{
    private static readonly string InsertOne = BenchSql.Read("insert_one");

    public static async Task<int> RunAsync(string kind, string connection, int pool, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
        {
            MaxPoolSize = pool,
            MaxAutoPrepare = 1,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
        });
        await using (var create = database.CreateCommand(BenchSql.Read("create_table_of_inserts")))
            await create.ExecuteNonQueryAsync();
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(new JobIdSequence(TimeProvider.System));
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => Results.Ok());
        if (kind is "empty")
            app.MapPost("/api/v1/jobs", () => Results.StatusCode(201));
        else
            app.MapPost("/api/v1/jobs", InsertAsync);
        await app.RunAsync(url);
        return 0;
    }

    private static async Task<IResult> InsertAsync(NpgsqlDataSource database, JobIdSequence ids)
    {
        await using var command = database.CreateCommand(InsertOne);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = ids.Next().Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = NoopHandler.Type });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = QueueName.Default.Name });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = NoopPayload.Bytes(1), NpgsqlDbType = NpgsqlDbType.Json });
        await command.ExecuteNonQueryAsync();
        return Results.StatusCode(201);
    }
}
