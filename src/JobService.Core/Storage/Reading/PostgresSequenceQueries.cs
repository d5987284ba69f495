using JobService.Core.Jobs;
using JobService.Core.Sequences;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads sequences as their store does.</summary>
internal sealed class PostgresSequenceQueries(NpgsqlDataSource database) : ISequenceQueries
{
    /// <summary>Of those that wait behind a head: more than that helps nobody.</summary>
    private const int MostShown = 10;

    private static readonly string ReadSequences = SqlText.Read("read_sequences");
    private static readonly string ReadSequencePlace = SqlText.Read("read_sequence_place");

    public async Task<Sequence?> FindAsync(SequenceKey key, CancellationToken cancellationToken) =>
        (await ReadAsync(key, isOnly: true, new SequenceFilter(), limit: 1, cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<Sequence>> ListAsync(SequenceFilter filter, SequenceKey? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(after, isOnly: false, filter, limit, cancellationToken);

    public async Task<SequencePlace?> PlaceAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSequencePlace).With(id.Value).With(Sequence.MaxLength);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new SequencePlace(SequenceKey.Parse(reader.GetString(0)), new JobId(reader.GetGuid(1)), reader.InstantOrNull(2), reader.GetInt32(3), reader.GetBoolean(4))
            : null;
    }

    private async Task<IReadOnlyList<Sequence>> ReadAsync(SequenceKey? key, bool isOnly, SequenceFilter filter, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadSequences)
            .With(key?.Text, NpgsqlDbType.Text)
            .With(isOnly)
            .With(filter.Prefix)
            .With(filter.IsHeld, NpgsqlDbType.Boolean)
            .With(limit)
            .With(MostShown)
            .With(Sequence.MaxLength);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var sequences = new List<Sequence>();
        while (await reader.ReadAsync(cancellationToken))
        {
            sequences.Add(new Sequence
            {
                Key = SequenceKey.Parse(reader.GetString(0)),
                Head = new JobId(reader.GetGuid(1)),
                HeadState = reader.IsDBNull(2) ? null : (JobState)reader.GetInt16(2),
                HeldAt = reader.InstantOrNull(3),
                Length = reader.GetInt32(4),
                Next = [.. reader.GetFieldValue<Guid[]>(5).Select(id => new JobId(id))],
            });
        }

        return sequences;
    }
}
