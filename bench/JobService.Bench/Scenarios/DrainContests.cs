using JobService.Bench.Ceiling;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>How fast a backlog is emptied.</summary>
internal static class DrainContests
{
    public const string Drain = "drain";
    public const string Held = "drain under a held snapshot";
    public const string Slow = "drain, the slower peers";
    public const string Conditions = "drain under conditions";
    public const string Ours = "JobService";
    public const string Pgbench = "pgbench, the same statements";

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale, string? redis)
    {
        yield return new Contest(Drain, "jobs/s", scale.Rounds,
        [
            new Contestant(Ours, () => OurDrain.MeasureAsync(cluster, scale.Drain)),
            Contestant.Of("JobService, 2 workers", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain, workers: 2))[""].Value),
            Contestant.Of(Pgbench, () => PgbenchCeiling.DrainAsync(cluster, scale.Drain)),
            .. scale.HasPeers ? Peers(cluster, redis).Select(peer => Contestant.Of(peer.Name, () => peer.DrainAsync(scale.Drain))) : [],
        ]);
        yield return new Contest(Held, "jobs/s", Math.Min(scale.Rounds, 3),
        [
            Contestant.Of(Ours, async () => (await OurDrain.MeasureAsync(cluster, scale.HeldDrain, isHeld: true))[""].Value),
            .. scale.HasPeers ? [Contestant.Of("graphile-worker", () => new Peer("graphile-worker", cluster).DrainAsync(scale.HeldDrain, isHeld: true))] : Array.Empty<Contestant>(),
        ]);
        yield return new Contest(Conditions, "jobs/s", Math.Min(scale.Rounds, 3),
        [
            Contestant.Of("plain", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain))[""].Value),
            Contestant.Of("held snapshot", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain, isHeld: true))[""].Value),
            Contestant.Of($"{scale.Days} days of history", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain, prepare: database => WithAsync(database, scale.Drain, "add_history", ("days", scale.Days))))[""].Value),
            Contestant.Of($"{scale.Scheduled:#,0} scheduled", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain, prepare: database => WithAsync(database, scale.Drain, "add_scheduled", ("jobs", scale.Scheduled))))[""].Value),
            Contestant.Of($"the first of {scale.Backlog:#,0}", async () => (await OurDrain.MeasureAsync(cluster, scale.Drain, prepare: database => WithAsync(database, 0, "add_backlog", ("jobs", scale.Backlog))))[""].Value),
        ]);
        if (scale.HasSlowPeers)
        {
            yield return new Contest(Slow, "jobs/s", 2,
            [
                Contestant.Of("Hangfire", () => new Peer("hangfire", cluster).DrainAsync(scale.SlowDrain)),
                Contestant.Of("Quartz.NET", () => new Peer("quartz", cluster).DrainAsync(scale.SlowDrain)),
                .. redis is null ? Array.Empty<Contestant>() : [Contestant.Of("Celery", () => new Peer("celery", cluster, $"{redis}/0").DrainAsync(scale.SlowDrain))],
            ]);
        }
    }

    private static IEnumerable<Peer> Peers(BenchCluster cluster, string? redis) =>
        [new("graphile-worker", cluster), new("pg-boss", cluster), .. redis is null ? Array.Empty<Peer>() : [new("bullmq", cluster, redis)]];

    private static async Task WithAsync(BenchDatabase database, int jobs, string statement, (string Name, int Value) number)
    {
        await database.ExecuteAsync(statement, number);
        await database.FillAsync(jobs);
    }
}
