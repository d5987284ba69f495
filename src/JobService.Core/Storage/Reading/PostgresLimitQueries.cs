using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Rates;
using JobService.Core.Storage.Stores;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Reading;

/// <summary>Reads limits as their store does.</summary>
internal sealed class PostgresLimitQueries(NpgsqlDataSource database) : ILimitQueries
{
    /// <summary>Of each limit, and of each key: more than that helps nobody.</summary>
    private const int MostShown = 10;

    private static readonly string ReadLimits = SqlText.Read("read_limits");
    private static readonly string ReadLimitStandings = SqlText.Read("read_limit_standings");

    public async Task<Limit?> FindAsync(LimitPattern pattern, CancellationToken cancellationToken) =>
        (await ReadAsync(pattern, isOnly: true, limit: 1, cancellationToken)).SingleOrDefault();

    public Task<IReadOnlyList<Limit>> ListAsync(LimitPattern? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(after, isOnly: false, limit, cancellationToken);

    public async Task<IReadOnlyList<LimitStanding>> StandingsAsync(JobId id, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadLimitStandings).With(id.Value).With(MostShown);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var standings = new List<LimitStanding>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var now = reader.Instant(9);
            var opensAt = reader.IsDBNull(3) ? now : new Pace(TimeSpan.FromMicroseconds(reader.GetInt64(3)), reader.GetInt32(4), reader.InstantOrNull(6)).OpensAt(now);
            standings.Add(new LimitStanding
            {
                Key = LimitKey.Parse(reader.GetString(0)),
                Pattern = Parse(reader.GetString(1)),
                MaxRunning = reader.IsDBNull(2) ? null : reader.GetInt32(2),
                IsPaused = reader.GetBoolean(5),
                Running = reader.GetInt32(7),
                Holders = reader.IsDBNull(8) ? [] : [.. reader.GetFieldValue<Guid[]>(8).Select(held => new JobId(held))],
                OpensAt = opensAt > now ? opensAt : null,
            });
        }

        return standings;
    }

    private async Task<IReadOnlyList<Limit>> ReadAsync(LimitPattern? pattern, bool isOnly, int limit, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadLimits).With(pattern?.Text, NpgsqlDbType.Text).With(isOnly).With(limit).With(MostShown);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var limits = new List<Limit>();
        while (await reader.ReadAsync(cancellationToken))
        {
            limits.Add(new Limit
            {
                Pattern = Parse(reader.GetString(0)),
                Settings = new LimitSettings
                {
                    MaxRunning = reader.IsDBNull(1) ? null : reader.GetInt32(1),
                    Rate = reader.IsDBNull(2) ? null : new RateLimit(reader.GetInt32(2), TimeSpan.FromMicroseconds(reader.GetInt64(3)), reader.GetInt32(4)),
                    IsPaused = reader.GetBoolean(5),
                },
                CreatedAt = reader.Instant(6),
                UpdatedAt = reader.Instant(7),
                Running = reader.IsDBNull(8) ? null : reader.GetInt64(8),
                BusiestKeys = [.. reader.GetFieldValue<string[]>(9).Zip(reader.GetFieldValue<int[]>(10), (key, running) => (LimitKey.Parse(key), running))],
            });
        }

        return limits;
    }

    private static LimitPattern Parse(string text) => LimitPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException($"'{text}' is no pattern of keys.");
}
