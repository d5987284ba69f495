using System.Data.Common;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.EntityFramework;

/// <summary>Enqueues jobs in the transaction of any context on PostgreSQL, also one whose model knows nothing of jobs.</summary>
public static class DbContextEnqueue
{
    private static readonly string TryEnqueueJob = SqlText.Read("try_enqueue_job");

    /// <summary>
    /// Enqueues a job at once, as part of the transaction that the context is in: workers see it once that is committed, and it never was where that is rolled back. Without a transaction
    /// the call is one of its own, under the context's execution strategy. It waits for no <c>SaveChanges</c>.
    /// </summary>
    /// <param name="context">A context of Npgsql, on the database that holds the schema <c>jobservice</c>.</param>
    /// <param name="type">The job's type, <c>^[a-z0-9][a-z0-9._:-]{0,127}$</c>.</param>
    /// <param name="payload">Its input, written as <see cref="HandlerJson"/> does; JSON that is a text already is a <see cref="RawPayload"/>.</param>
    /// <param name="options">Whatever else is said of it; null for nothing.</param>
    /// <param name="cancellationToken">Ends the wait; the transaction is then of no more use.</param>
    /// <returns>The job, or the one that holds its unique key.</returns>
    /// <exception cref="EnqueueRefusedException">It is not enqueued, and why; the transaction can go on without it.</exception>
    /// <exception cref="InvalidOperationException">The context is not one of Npgsql.</exception>
    public static async Task<EnqueuedJob> EnqueueAsync<TPayload>(
        this DbContext context, string type, TPayload payload, NewJobOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(type);
        if (!context.Database.IsRelational())
            throw new InvalidOperationException($"Jobs are enqueued in PostgreSQL by Npgsql, and this context uses {context.Database.ProviderName}.");
        if (context.Database.GetDbConnection() is not NpgsqlConnection connection)
            throw new InvalidOperationException($"Jobs are enqueued over an NpgsqlConnection, and this context has a {context.Database.GetDbConnection().GetType()}.");

        var (json, said) = (JobText.OfPayload(payload), JobText.Of(options ?? NewJobOptions.None));
        if (context.Database.CurrentTransaction is { } transaction)
            return await EnqueueAsync(connection, transaction.GetDbTransaction(), type, json, said, cancellationToken);

        return await context.Database.CreateExecutionStrategy().ExecuteAsync(
            async stop =>
            {
                await context.Database.OpenConnectionAsync(stop);
                try
                {
                    return await EnqueueAsync(connection, transaction: null, type, json, said, stop);
                }
                finally
                {
                    await context.Database.CloseConnectionAsync();
                }
            },
            cancellationToken);
    }

    private static async Task<EnqueuedJob> EnqueueAsync(
        NpgsqlConnection connection, DbTransaction? transaction, string type, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> options, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(TryEnqueueJob, connection, transaction as NpgsqlTransaction)
            .With(type)
            .With(payload, NpgsqlDbType.Json)
            .With(options, NpgsqlDbType.Json);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        if (reader.TextOrNull(6) is { } refusal)
            throw new EnqueueRefusedException(JobText.ReadRefusal(refusal));
        return new EnqueuedJob(new JobId(reader.GetGuid(0)), Enum.Parse<JobState>(reader.GetString(1), ignoreCase: true), reader.Instant(2), reader.Instant(3))
        {
            IsDeduplicated = reader.GetBoolean(4),
            Superseded = reader.IsDBNull(5) ? null : new JobId(reader.GetGuid(5)),
        };
    }
}
