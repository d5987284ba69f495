using JobService.Bench.Children;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>How fast jobs come in: one a request by wrk, and in bulk.</summary>
internal static class HttpContests
{
    public const string Post = "POST, one job a request";
    public const string Bulk = "bulk enqueue, 4 clients";
    public const string Steady = "enqueue and drain at once";

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale)
    {
        yield return new Contest(Post, "requests/s", Math.Min(scale.Rounds, 3),
        [
            Load("empty", scale, "empty", 64),
            Load("empty", scale, "empty", 256),
            .. scale.Connections.Select(connections => Load("durable", scale, "api", connections)),
            Load("one INSERT a request", scale, "insert", 256),
        ]);
        yield return new Contest(Bulk, "jobs/s", scale.Rounds,
        [
            Contestant.Of("NDJSON", () => BulkAsync(scale.Bulk, isStreamed: true)),
            Contestant.Of("JSON", () => BulkAsync(scale.Bulk, isStreamed: false)),
            .. scale.HasPeers ? [Contestant.Of("graphile-worker addJobs(1000)", () => new Peer("graphile-worker", cluster).EnqueueAsync(scale.Bulk))] : Array.Empty<Contestant>(),
        ]);
        yield return new Contest(Steady, "jobs/s", 1, [new Contestant("JobService", SteadyAsync)]);

        Contestant Load(string name, Scale sizes, string kind, int connections) => Contestant.Of(
            FormattableString.Invariant($"{name}, {connections} connections"),
            async () =>
            {
                await using var database = await cluster.CreateDatabaseAsync("posted");
                await using var served = await ServedChild.StartAsync(kind, database.ConnectionString);
                return await Wrk.RunAsync(served.Url, connections, sizes.LoadSeconds, sizes.WarmUpSeconds);
            });

        async Task<double> BulkAsync(int jobs, bool isStreamed)
        {
            await using var database = await cluster.CreateDatabaseAsync("bulk");
            await using var served = await ServedChild.StartAsync("api", database.ConnectionString);
            return await BulkLoad.RunAsync(served.Url, jobs, isStreamed);
        }

        // What comes in is drained at once: both rates of the same seconds.
        async Task<IReadOnlyDictionary<string, Measured>> SteadyAsync()
        {
            await using var database = await cluster.CreateDatabaseAsync("steady");
            await using var served = await ServedChild.StartAsync("api", database.ConnectionString);
            var draining = OurDrain.DrainAsync(database, jobs: 0, workers: 1);
            var posted = await Wrk.RunAsync(served.Url, connections: 64, 2 * scale.LoadSeconds, warmUp: 0);
            var drained = await draining;
            return new Dictionary<string, Measured>(StringComparer.Ordinal) { ["enqueued"] = posted, ["drained"] = drained[""] };
        }
    }
}
