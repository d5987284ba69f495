using JobService.Core.Queues;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// One purge: cancels what waits in a queue and was made before the purge began. First what is blocked, then what is scheduled, then what is ready: what becomes
/// scheduled or ready meanwhile is behind what was blocked or scheduled, and before the end of the lane that is looked up only then.
/// </summary>
internal sealed class QueueSweep
{
    /// <summary>How many jobs one transaction looks at.</summary>
    private const int Batch = 1_000;

    /// <summary>Whoever holds a job lets go of it within moments, as a rule; it is looked for no more often than that.</summary>
    private const int MaxRounds = 20;

    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(50);

    private static readonly string ReadPurgeStart = SqlText.Read("read_purge_start");
    private static readonly string PurgeBlockedJobs = SqlText.Read("purge_blocked_jobs");
    private static readonly string PurgeScheduledJobs = SqlText.Read("purge_scheduled_jobs");
    private static readonly string ReadPurgeLanes = SqlText.Read("read_purge_lanes");
    private static readonly string PurgeReadyJobs = SqlText.Read("purge_ready_jobs");

    private readonly NpgsqlConnection connection;
    private readonly TimeProvider clock;
    private readonly int queueId;
    private readonly DateTime beganAt;
    private readonly string? reason;
    private readonly string? actor;

    private QueueSweep(NpgsqlConnection connection, TimeProvider clock, int queueId, DateTime beganAt, string? reason, string? actor) =>
        (this.connection, this.clock, this.queueId, this.beganAt, this.reason, this.actor) = (connection, clock, queueId, beganAt, reason, actor);

    /// <summary>Null where there is no such queue.</summary>
    public static async Task<QueueSweep?> BeginAsync(
        NpgsqlConnection connection, TimeProvider clock, QueueName name, string? reason, string? actor, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPurgeStart, connection).With(name.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new QueueSweep(connection, clock, reader.GetInt32(0), reader.GetDateTime(1), reason, actor)
            : null;
    }

    /// <summary>How many were cancelled, and how many others held to the end.</summary>
    public async Task<(int Cancelled, int Held)> RunAsync(CancellationToken cancellationToken)
    {
        var cancelled = 0;
        for (var round = 1; ; round++)
        {
            var blocked = await CancelBlockedAsync(cancellationToken);
            var scheduled = await CancelScheduledAsync(cancellationToken);
            var ready = await CancelReadyAsync(cancellationToken);
            cancelled += blocked.Cancelled + scheduled.Cancelled + ready.Cancelled;
            var held = blocked.PassedOver + scheduled.PassedOver + ready.PassedOver;
            if (held == 0 || round == MaxRounds)
                return (cancelled, held);
            await Task.Delay(BetweenRounds, clock, cancellationToken);
        }
    }

    private async Task<(int Cancelled, int PassedOver)> CancelBlockedAsync(CancellationToken cancellationToken)
    {
        var (cancelled, passedOver) = (0, 0);
        Guid? after = Guid.Empty;
        while (after is { } last)
        {
            await using var command = new NpgsqlCommand(PurgeBlockedJobs, connection)
                .With(last).With(queueId).With(beganAt, NpgsqlDbType.TimestampTz).With(reason, NpgsqlDbType.Text).With(Batch).With(actor, NpgsqlDbType.Text);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            after = reader.IsDBNull(0) ? null : reader.GetGuid(0);
            cancelled += reader.GetInt32(1);
            passedOver += reader.GetInt32(2);
        }

        return (cancelled, passedOver);
    }

    private async Task<(int Cancelled, int PassedOver)> CancelScheduledAsync(CancellationToken cancellationToken)
    {
        var (cancelled, passedOver) = (0, 0);
        (DateTime RunAt, Guid Id)? after = (DateTime.UnixEpoch, Guid.Empty);
        while (after is { } last)
        {
            await using var command = new NpgsqlCommand(PurgeScheduledJobs, connection)
                .With(last.RunAt, NpgsqlDbType.TimestampTz).With(last.Id).With(queueId).With(beganAt, NpgsqlDbType.TimestampTz)
                .With(reason, NpgsqlDbType.Text).With(Batch).With(actor, NpgsqlDbType.Text);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            after = reader.IsDBNull(0) ? null : (reader.GetDateTime(0), reader.GetGuid(1));
            cancelled += reader.GetInt32(2);
            passedOver += reader.GetInt32(3);
        }

        return (cancelled, passedOver);
    }

    private async Task<(int Cancelled, int PassedOver)> CancelReadyAsync(CancellationToken cancellationToken)
    {
        var (head, lanes) = await LanesAsync(cancellationToken);
        var (cancelled, passedOver) = (0, 0);
        foreach (var (place, rank) in lanes)
        {
            long? after = 0;
            while (after is { } last)
            {
                await using var command = new NpgsqlCommand(PurgeReadyJobs, connection)
                    .With(place).With(rank).With(last).With(head).With(Batch)
                    .With(beganAt, NpgsqlDbType.TimestampTz).With(reason, NpgsqlDbType.Text).With(actor, NpgsqlDbType.Text);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                after = reader.IsDBNull(0) ? null : reader.GetInt64(0);
                cancelled += reader.GetInt32(1);
                passedOver += reader.GetInt32(2);
            }
        }

        return (cancelled, passedOver);
    }

    private async Task<(long Head, IReadOnlyList<(int Place, short Rank)> Lanes)> LanesAsync(CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadPurgeLanes, connection).With(queueId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (head, lanes) = (0L, new List<(int Place, short Rank)>());
        while (await reader.ReadAsync(cancellationToken))
        {
            head = reader.GetInt64(0);
            if (!reader.IsDBNull(1))
                lanes.Add((reader.GetInt32(1), reader.GetInt16(2)));
        }

        return (head, lanes);
    }
}
