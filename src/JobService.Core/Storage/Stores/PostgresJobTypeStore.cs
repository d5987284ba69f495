using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Changes what is kept of job types in PostgreSQL.</summary>
internal sealed class PostgresJobTypeStore(NpgsqlDataSource database) : IJobTypeStore
{
    private const string JobTypes = "job_types";

    private static readonly string SaveJobType = SqlText.Read("save_job_type");
    private static readonly string TellHandlers = SqlText.Read("tell_handlers");
    private static readonly string ForgetHandlers = SqlText.Read("forget_handlers");

    public async Task<Result<int>> PutAsync(JobType type, string? schema, JobDefaults defaults, int? expected, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var save = new NpgsqlCommand(SaveJobType, connection)
            .With(type.Name)
            .With(schema, NpgsqlDbType.Json)
            .With(JsonSerializer.SerializeToUtf8Bytes(StoredDefaults.Of(defaults), StoredJsonContext.Default.StoredDefaults), NpgsqlDbType.Json)
            .With(expected, NpgsqlDbType.Integer);
        if (await save.ExecuteScalarAsync(cancellationToken) is not int revision)
            return new Refusal.PreconditionFailed($"The job type {type} has changed since you read it.");
        await PostgresRouteStore.AdvanceAsync(connection, JobTypes, expected: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return revision;
    }

    public async Task TellHandlersAsync(IReadOnlyList<HandlerSchema> schemas, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var isChanged = false;
        await using (var tell = new NpgsqlCommand(TellHandlers, connection)
            .With(schemas.Select(schema => schema.Type.Name).ToArray())
            .With(schemas.Select(schema => Hash(schema.Schema)).ToArray())
            .With(schemas.Select(schema => schema.Schema).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Json))
        {
            await using var reader = await tell.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                isChanged |= reader.GetBoolean(0);
        }

        await using (var forget = new NpgsqlCommand(ForgetHandlers, connection))
            isChanged |= await forget.ExecuteScalarAsync(cancellationToken) is not null;
        if (isChanged)
            await PostgresRouteStore.AdvanceAsync(connection, JobTypes, expected: null, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static string Hash(string schema) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(schema)));
}
