using JobService.Core.Rates;

namespace JobService.TestKit;

/// <summary>What ran under each limit key and when, as the database recorded it, whichever way it ended.</summary>
public sealed class LimitHistory
{
    private readonly List<Run> runs;

    private LimitHistory(List<Run> runs) => this.runs = runs;

    /// <summary>Of all jobs that named keys; none of them runs any more.</summary>
    public static async Task<LimitHistory> ReadAsync(TestDatabase database, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(
            """
            SELECT key, r.attempt, r.started_at, r.finished_at
            FROM (SELECT id, attempt, started_at, finished_at FROM jobservice.finished_jobs WHERE started_at IS NOT NULL
                  UNION ALL SELECT id, attempt, started_at, finished_at FROM jobservice.attempts a WHERE NOT EXISTS (SELECT FROM jobservice.finished_jobs f WHERE f.id = a.id AND f.attempt = a.attempt)) r
            JOIN jobservice.jobs j ON j.id = r.id
            JOIN jobservice.limit_lanes l ON l.id = j.lane_id
            CROSS JOIN LATERAL unnest(l.keys) AS key
            """);
        var read = new List<Run>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            read.Add(new Run(reader.GetString(0), reader.GetInt32(1), reader.GetDateTime(2), reader.GetDateTime(3)));
        return new LimitHistory(read);
    }

    /// <summary>The most jobs of each key that ran at one instant.</summary>
    public IReadOnlyDictionary<string, int> MostAtOnce() => runs
        .GroupBy(run => run.Key, StringComparer.Ordinal)
        .ToDictionary(
            key => key.Key,
            key =>
            {
                var (running, most) = (0, 0);
                foreach (var (_, isStart, _) in Moments(key))
                    most = Math.Max(most, running += isStart ? 1 : -1);
                return most;
            },
            StringComparer.Ordinal);

    /// <summary>
    /// The longest that a key with room and waiting jobs was passed over: how many turns others had until it had one. A turn is what is started of a key by one claim; the fair share is
    /// one in as many turns as there are keys. Only first attempts are waited for: what comes back after a crash may have to run alone.
    /// </summary>
    /// <param name="limitOf">How many jobs of a key may run; null leaves it out.</param>
    public int LongestWaitInTurns(Func<string, int?> limitOf)
    {
        var keys = runs.GroupBy(run => run.Key, StringComparer.Ordinal).Where(key => limitOf(key.Key) is not null).ToDictionary(
            key => key.Key, key => new Standing { Limit = limitOf(key.Key)!.Value, Waiting = key.Count(run => run.Attempt == 1) }, StringComparer.Ordinal);
        var (turns, longest) = (0, 0);
        foreach (var moment in Moments(runs.Where(run => keys.ContainsKey(run.Key))).GroupBy(moment => (moment.At, moment.Run.Key, moment.IsStart)))
        {
            var (standing, count) = (keys[moment.Key.Key], moment.Count());
            if (moment.Key.IsStart)
            {
                turns++;
                var first = moment.Count(start => start.Run.Attempt == 1);
                if (first > 0 && standing.OpenSince is { } since)
                    longest = Math.Max(longest, turns - since);
                standing.Waiting -= first;
                standing.Running += count;
                standing.OpenSince = standing.IsOpen ? turns : null;
            }
            else
            {
                standing.Running -= count;
                standing.OpenSince ??= standing.IsOpen ? turns : null;
            }
        }

        return longest;
    }

    /// <summary>By how many the starts of a key in any window exceed what its rate lets through in it; 0 where in none.</summary>
    public int Excess(string key, RateLimit rate)
    {
        var starts = runs.Where(run => string.Equals(run.Key, key, StringComparison.Ordinal)).Select(run => run.StartedAt).Order().ToArray();
        var excess = 0;
        for (var from = 0; from < starts.Length; from++)
        {
            for (var to = from; to < starts.Length; to++)
                excess = Math.Max(excess, to - from + 1 - (int)Math.Floor((starts[to] - starts[from]) / rate.Interval) - rate.Burst);
        }

        return excess;
    }

    public int Starts(string key) => runs.Count(run => string.Equals(run.Key, key, StringComparison.Ordinal));

    /// <summary>In order; what ends at the instant at which something starts has ended before.</summary>
    private static IEnumerable<(DateTime At, bool IsStart, Run Run)> Moments(IEnumerable<Run> runs) => runs
        .SelectMany(run => new[] { (At: run.StartedAt, IsStart: true, Run: run), (At: run.FinishedAt, IsStart: false, Run: run) })
        .OrderBy(moment => moment.At)
        .ThenBy(moment => moment.IsStart)
        .ThenBy(moment => moment.Run.Key, StringComparer.Ordinal)
        .Select(moment => (moment.At, moment.IsStart, moment.Run));

    private sealed record Run(string Key, int Attempt, DateTime StartedAt, DateTime FinishedAt);

    private sealed class Standing
    {
        public required int Limit { get; init; }

        public required int Waiting { get; set; }

        public int Running { get; set; }

        /// <summary>After how many turns it had room and waiting jobs; null while it has not both.</summary>
        public int? OpenSince { get; set; } = 0;

        public bool IsOpen => Running < Limit && Waiting > 0;
    }
}
