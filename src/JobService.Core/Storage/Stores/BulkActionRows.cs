using System.Text.Json;
using JobService.Core.BulkActions;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Rates;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Bulk actions as rows of <c>read_bulk_actions.sql</c> and <c>lock_bulk_action.sql</c>.</summary>
internal static class BulkActionRows
{
    /// <summary>The column behind those of the action: where it stands by its pace.</summary>
    public const int NextStartAt = 25;

    /// <summary>The column behind that: how many jobs its next step takes.</summary>
    public const int StepJobs = 26;

    /// <summary>The column behind that: the jobs that it comes back to.</summary>
    public const int HeldIds = 27;

    /// <summary>What goes upwards has numbers of its own: versions that know the way down only leave it alone, and what they have begun goes on downwards.</summary>
    private const short RetryUpwards = 6;

    /// <inheritdoc cref="RetryUpwards"/>
    private const short ReplayUpwards = 7;

    public static NpgsqlCommand Fill(NpgsqlCommand command, BulkActionId id, NewBulkAction action) => command
        .With(id.Value)
        .With(Number(action.Kind))
        .With(JsonSerializer.Serialize(StoredFilter.Of(action.Filter), StoredJsonContext.Default.StoredFilter), NpgsqlDbType.Json)
        .With(action.Queue?.Name, NpgsqlDbType.Text)
        .With(action.Reason, NpgsqlDbType.Text)
        .With(action.Pace?.Limit, NpgsqlDbType.Integer)
        .With(action.Pace is { } pace ? (long?)(pace.Per.Ticks / TimeSpan.TicksPerMicrosecond) : null, NpgsqlDbType.Bigint)
        .With(action.Pace?.Burst, NpgsqlDbType.Integer)
        .With(action.CreatedBy, NpgsqlDbType.Text);

    public static BulkAction Read(NpgsqlDataReader reader) => new()
    {
        Id = new BulkActionId(reader.GetGuid(0)),
        Asked = new NewBulkAction
        {
            Kind = KindOf(reader.GetInt16(1)),
            Filter = JsonSerializer.Deserialize(reader.GetString(2), StoredJsonContext.Default.StoredFilter)!.ToFilter(),
            Queue = reader.TextOrNull(3) is { } queue ? QueueName.Parse(queue) : null,
            Reason = reader.TextOrNull(4),
            Pace = reader.IsDBNull(5) ? null : new RateLimit(reader.GetInt32(5), TimeSpan.FromMicroseconds(reader.GetInt64(6)), reader.GetInt32(7)),
            CreatedBy = reader.TextOrNull(8),
        },
        State = (BulkActionState)reader.GetInt16(9),
        CreatedAt = reader.Instant(10),
        StartedAt = reader.InstantOrNull(11),
        SteppedAt = reader.InstantOrNull(12),
        FinishedAt = reader.InstantOrNull(13),
        Total = reader.IsDBNull(14) ? null : reader.GetInt64(14),
        IsTotalPartial = reader.GetBoolean(15),
        Matched = reader.GetInt64(16),
        Acted = reader.GetInt64(17),
        Refused = reader.GetInt64(18),
        Refusals = reader.TextOrNull(19) is { } refusals
            ? JsonSerializer.Deserialize(refusals, StoredJsonContext.Default.ListStoredRefusal)!.ConvertAll(stored => new RefusedJob(new JobId(stored.Job), stored.Why))
            : [],
        Place = new JobId(reader.GetGuid(20)),
        IsUpwards = reader.GetInt16(1) is RetryUpwards or ReplayUpwards,
        Failures = reader.GetInt32(21),
        Error = reader.TextOrNull(22),
        AbortedBy = reader.TextOrNull(23),
        ReadAt = reader.Instant(24),
    };

    public static string? Write(IReadOnlyList<RefusedJob> refusals) => refusals.Count == 0
        ? null
        : JsonSerializer.Serialize([.. refusals.Select(refused => new StoredRefusal(refused.Job.Value, refused.Why))], StoredJsonContext.Default.ListStoredRefusal);

    private static short Number(BulkActionKind kind) => kind switch
    {
        BulkActionKind.Retry => RetryUpwards,
        BulkActionKind.Replay => ReplayUpwards,
        _ => (short)kind,
    };

    private static BulkActionKind KindOf(short number) => number switch
    {
        RetryUpwards => BulkActionKind.Retry,
        ReplayUpwards => BulkActionKind.Replay,
        _ => (BulkActionKind)number,
    };
}
