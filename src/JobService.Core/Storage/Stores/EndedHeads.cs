using JobService.Core.Sequences;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Ends of jobs that a transaction has locked, with the sequences whose heads they were: the rows of <c>lock_ended_sequences.sql</c>, and the arrays of <c>advance_sequences.sql</c>.</summary>
internal sealed class EndedHeads
{
    private static readonly string AdvanceSequences = SqlText.Read("advance_sequences");

    private readonly List<Row> rows = [];

    public int Count => rows.Count;

    /// <summary>When the last of them was.</summary>
    public DateTimeOffset Last => new(rows[^1].EndedAt, TimeSpan.Zero);

    /// <summary>Where the next look goes on.</summary>
    public (DateTime At, long Seq) Stop => (rows[^1].EndedAt, rows[^1].Seq);

    /// <summary>When the first of those was that were left for later; null where none was.</summary>
    public DateTimeOffset? LeftFrom { get; private set; }

    public static async Task<EndedHeads> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ends = new EndedHeads();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            ends.rows.Add(new Row(
                reader.GetDateTime(0),
                reader.GetInt64(1),
                reader.GetGuid(2),
                reader.IsDBNull(3) ? null : reader.GetInt16(3),
                reader.GetBoolean(4),
                reader.IsDBNull(5) ? null : reader.GetInt64(5)));
        }

        return ends;
    }

    /// <summary>Lets the next jobs go, within the transaction.</summary>
    public async Task<AdvancedSequences> AdvanceAsync(NpgsqlConnection connection, string? actor, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AdvanceSequences, connection)
            .With(rows.Select(row => row.EndedAt).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(rows.Select(row => row.Seq).ToArray())
            .With(rows.Select(row => row.JobId).ToArray())
            .With(rows.Select(row => row.State).ToArray())
            .With(rows.Select(row => row.IsPassed).ToArray())
            .With(rows.Select(row => row.SequenceId).ToArray())
            .With(actor, NpgsqlDbType.Text);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (ready, scheduled, held) = (0, 0, 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            LeftFrom ??= reader.InstantOrNull(1);
            (ready, scheduled, held) = reader.GetInt16(0) switch
            {
                0 => (ready, scheduled, held),
                3 => (ready + 1, scheduled, held),
                2 => (ready, scheduled + 1, held),
                _ => (ready, scheduled, held + 1),
            };
        }

        return new AdvancedSequences(Count, ready, scheduled, held);
    }

    private readonly record struct Row(DateTime EndedAt, long Seq, Guid JobId, short? State, bool IsPassed, long? SequenceId);
}
