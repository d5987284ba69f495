using JobService.Core.Limits;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Turns lanes of limited jobs into the arrays of statements, and reads where they and their keys stand.</summary>
internal static class LimitedRows
{
    private static readonly string CountLaneJobs = SqlText.Read("count_lane_jobs");

    public static NpgsqlBatchCommand FillLanes(NpgsqlBatchCommand command, IReadOnlyList<LimitedLane> lanes, IReadOnlyList<(LaneScan Scan, long AfterSeq)> scans) => command
        .With(lanes.Select(lane => lane.Place).ToArray())
        .With(lanes.Select(lane => lane.Rank).ToArray())
        .With(scans.Select(scan => scan.AfterSeq).ToArray());

    /// <summary>The types of each lane, as texts that PostgreSQL reads as arrays: an array of arrays would have to be of one length.</summary>
    public static string[] TypesOf(IReadOnlyList<LimitedLane> lanes) => [.. lanes.Select(lane => $"{{{string.Join(',', lane.TypeIds)}}}")];

    /// <summary>The statement that counts how many jobs wait in each lane, as far as it matters.</summary>
    public static NpgsqlBatchCommand CountJobs(IReadOnlyList<LimitedLane> lanes, IReadOnlyList<(LaneScan Scan, long AfterSeq)> scans, int atMost) =>
        FillLanes(new NpgsqlBatchCommand(CountLaneJobs), lanes, scans).With(TypesOf(lanes)).With(atMost);

    /// <summary>Reads the rows of <c>count_lane_jobs.sql</c>: how many jobs wait in each lane and the seq of the first, and the rest once.</summary>
    public static async Task<((int Jobs, long FirstSeq)[] Waiting, DateTimeOffset Now, long Head)> ReadCountAsync(NpgsqlDataReader reader, int lanes, CancellationToken cancellationToken)
    {
        var (waiting, now, head) = (new (int Jobs, long FirstSeq)[lanes], default(DateTimeOffset), 0L);
        while (await reader.ReadAsync(cancellationToken))
            (waiting[reader.GetInt64(0) - 1], now, head) = ((reader.GetInt32(1), reader.IsDBNull(2) ? 0 : reader.GetInt64(2)), reader.Instant(3), reader.GetInt64(4));
        return (waiting, now, head);
    }

    /// <summary>Reads the rows of <c>read_last_starts.sql</c>: when each key was last served; at the beginning of time where that is not known.</summary>
    public static async Task<Dictionary<int, DateTimeOffset>> ReadLastStartsAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var starts = new Dictionary<int, DateTimeOffset>();
        while (await reader.ReadAsync(cancellationToken))
            starts.Add(reader.GetInt32(0), reader.InstantOrNull(1) ?? default);
        return starts;
    }

    /// <summary>Reads the rows of <c>lock_limit_keys.sql</c>: the limited keys that are locked now, and those that are not limited.</summary>
    public static async Task<(Dictionary<int, KeyStanding> Locked, HashSet<int> Free)> ReadKeysAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var (locked, free) = (new Dictionary<int, KeyStanding>(), new HashSet<int>());
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!reader.GetBoolean(1))
            {
                free.Add(reader.GetInt32(0));
                continue;
            }

            var pace = reader.IsDBNull(3)
                ? default(Pace?)
                : new Pace(TimeSpan.FromMicroseconds(reader.GetInt64(3)), reader.GetInt32(4), reader.InstantOrNull(6));
            locked[reader.GetInt32(0)] = new KeyStanding(reader.IsDBNull(2) ? null : reader.GetInt32(2), Running: 0, pace, IsPaused: reader.GetBoolean(5));
        }

        return (locked, free);
    }
}
