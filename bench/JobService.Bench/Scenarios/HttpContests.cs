using System.Diagnostics;
using JobService.Bench.Ceiling;
using JobService.Bench.Children;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;
using JobService.Core.Storage;

namespace JobService.Bench.Scenarios;

/// <summary>How fast jobs come in: one a request by wrk, and in bulk.</summary>
internal static class HttpContests
{
    public const string Post = "POST, one job a request";
    public const string Empty = "empty";
    public const string EmptyByDefaults = "empty, the runtime as it comes";
    public const string Durable = "durable";
    public const string Insert = "one INSERT a request";
    public const string InsertWide = "one INSERT a request, 64 connections to PostgreSQL";
    public const string Bulk = "bulk enqueue, 4 clients";
    public const string Steady = "enqueue and drain at once";

    private const int WidePool = 64;

    private const int MostWarmUps = 30;

    /// <summary>Without what Directory.Build.props chose for the service, which the bench's own processes have too.</summary>
    private static readonly (string Name, string Value)[] RuntimeAsItComes = [("DOTNET_TieredPGO", "1"), ("DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "46")];

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale)
    {
        yield return new Contest(Post, "requests/s", scale.Rounds,
        [
            new Contestant(Empty, () => LoadAsync("empty", [64, 256])),
            new Contestant(EmptyByDefaults, () => LoadAsync("empty", [64, 256], environment: RuntimeAsItComes)),
            new Contestant(Durable, () => LoadAsync("api", scale.Connections)),
            new Contestant(Insert, () => LoadAsync("insert", [256])),
            new Contestant(InsertWide, () => LoadAsync("insert", [256], WidePool)),
        ]);
        yield return new Contest(Bulk, "jobs/s", scale.Rounds,
        [
            Contestant.Of("NDJSON", () => BulkAsync(scale.Bulk, isStreamed: true)),
            Contestant.Of("JSON", () => BulkAsync(scale.Bulk, isStreamed: false)),
            Contestant.Of("pgbench, the same statement", () => PgbenchCeiling.EnqueueAsync(cluster, scale.Bulk)),
            .. scale.HasPeers ? [Contestant.Of("graphile-worker addJobs(1000)", () => new Peer("graphile-worker", cluster).EnqueueAsync(scale.Bulk))] : Array.Empty<Contestant>(),
        ]);
        yield return new Contest(Steady, "jobs/s", scale.Rounds, [new Contestant("JobService", SteadyAsync)]);

        // One server for all numbers of connections, since it is warm only once.
        async Task<IReadOnlyDictionary<string, Measured>> LoadAsync(
            string kind, IReadOnlyList<int> connections, int pool = DatabaseOptions.DefaultMaxConnections, params (string Name, string Value)[] environment)
        {
            await using var database = await cluster.CreateDatabaseAsync("posted");
            await using var served = await ServedChild.StartAsync(kind, database.ConnectionString, pool, environment);
            for (var tries = 1; await Wrk.RunAsync(served.Url, connections[^1], scale.WarmUpSeconds) == 0; tries++)
            {
                // A machine may have much else to do; until the first answer there is nothing to measure.
                if (tries == MostWarmUps)
                    throw new InvalidOperationException($"{served.Url} answers nothing.");
            }

            var reached = new Dictionary<string, Measured>(StringComparer.Ordinal);
            foreach (var count in connections)
                reached[FormattableString.Invariant($"at {count} connections")] = await Wrk.RunAsync(served.Url, count, scale.LoadSeconds);
            return reached;
        }

        async Task<double> BulkAsync(int jobs, bool isStreamed)
        {
            await using var database = await cluster.CreateDatabaseAsync("bulk");
            await using var served = await ServedChild.StartAsync("api", database.ConnectionString);
            await BulkLoad.RunAsync(served.Url, jobs / 4, isStreamed);
            return await BulkLoad.RunAsync(served.Url, jobs, isStreamed);
        }

        // What comes in is drained at once: both rates of the same seconds.
        async Task<IReadOnlyDictionary<string, Measured>> SteadyAsync()
        {
            await using var database = await cluster.CreateDatabaseAsync("steady");
            await using var served = await ServedChild.StartAsync("api", database.ConnectionString);
            var draining = OurDrain.DrainAsync(database, jobs: 0, workers: 1);
            do
                await Wrk.RunAsync(served.Url, connections: 64, scale.WarmUpSeconds);
            while (await database.CountAsync("count_ended") == 0 && !draining.IsCompleted);
            var (started, before) = (Stopwatch.GetTimestamp(), await database.CountAsync("count_ended"));
            var enqueued = await Wrk.RunAsync(served.Url, connections: 64, 2 * scale.LoadSeconds);
            var drained = (await database.CountAsync("count_ended") - before) / Stopwatch.GetElapsedTime(started).TotalSeconds;
            await draining;
            if (drained == 0)
                throw new InvalidOperationException("The worker had ended before it was measured.");
            return new Dictionary<string, Measured>(StringComparer.Ordinal) { ["enqueued"] = enqueued, ["drained"] = drained };
        }
    }
}
