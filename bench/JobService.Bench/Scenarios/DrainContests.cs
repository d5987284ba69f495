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
    public const string BesideLimits = "drain beside limits";
    public const string Memory = "memory while a backlog drains";
    public const string Ours = "JobService";
    public const string Plain = "plain";
    public const string Pgbench = "pgbench, the same statements";
    public const string GraphileOnce = "graphile-worker";
    public const string GraphileTwice = "graphile-worker, 2 workers";

    public static string FirstOf(Scale scale) => $"the first of {scale.Backlog:#,0}";

    public static string SchedulesDue(Scale scale) => $"schedules due, {ScheduleContests.AtOnce(scale)}";

    public static string Limits(Scale scale) => $"{scale.Limits:#,0} limits";

    public static string HeldByLimits(Scale scale) => $"{scale.Limits * scale.HeldByEach:#,0} jobs that {scale.Limits:#,0} limits hold";

    public static string SmallBacklog(Scale scale) => $"a backlog of {scale.SmallDrain:#,0}";

    public static string By(Scale scale) => $"by {scale.SmallDrain:#,0}";

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale, string? redis)
    {
        yield return new Contest(Drain, "jobs/s", scale.Rounds,
        [
            new Contestant(Ours, () => OurDrain.MeasureAsync(cluster, scale.Drain)),
            Contestant.Of("JobService, 2 workers", () => OurDrain.RateAsync(cluster, scale.Drain, workers: 2)),
            Contestant.Of(Pgbench, () => PgbenchCeiling.DrainAsync(cluster, scale.Drain)),
            .. Graphile(cluster, scale, scale.Drain, isHeld: false),
            .. OtherPeers(cluster, scale, redis).Select(peer => Contestant.Of(peer.Name, () => peer.DrainAsync(scale.Drain))),
        ]);
        yield return new Contest(Held, "jobs/s", scale.Rounds,
        [
            Contestant.Of(Ours, () => OurDrain.RateAsync(cluster, scale.HeldDrain, isHeld: true)),
            .. Graphile(cluster, scale, scale.HeldDrain, isHeld: true),
        ]);
        yield return new Contest(Conditions, "jobs/s", scale.Rounds,
        [
            Contestant.Of(Plain, () => OurDrain.RateAsync(cluster, scale.Drain)),
            Contestant.Of("held snapshot", () => OurDrain.RateAsync(cluster, scale.Drain, isHeld: true)),
            Contestant.Of($"{scale.Days} days of history", () => OurDrain.RateAsync(
                cluster, scale.Drain, prepare: database => database.ExecuteAsync("add_history", ("days", scale.Days), ("jobs", scale.HistoryADay)))),
            Contestant.Of($"{scale.Scheduled:#,0} scheduled", () => OurDrain.RateAsync(
                cluster, scale.Drain, prepare: database => database.ExecuteAsync("add_scheduled", ("jobs", scale.Scheduled)))),
            Contestant.Of(SchedulesDue(scale), () => ScheduleContests.DrainAsync(cluster, scale)),
            Contestant.Of(SmallBacklog(scale), () => OurDrain.SmallAsync(cluster, scale)),
            new Contestant(FirstOf(scale), () => OurDrain.FirstAsync(cluster, scale, By(scale))),
        ]);
        yield return new Contest(BesideLimits, "jobs/s", scale.CloseRounds,
        [
            Contestant.Of(Plain, () => OurDrain.RateAsync(cluster, scale.Drain)),
            Contestant.Of(Limits(scale), () => OurDrain.RateAsync(
                cluster, scale.Drain, prepare: database => database.ExecuteAsync("add_limits", ("limits", scale.Limits), ("jobs", 0)))),
            Contestant.Of(HeldByLimits(scale), () => OurDrain.RateAsync(
                cluster, scale.Drain, prepare: database => database.ExecuteAsync("add_limits", ("limits", scale.Limits), ("jobs", scale.HeldByEach)))),
        ]);
        yield return new Contest(Memory, "jobs/s", 1, [new Contestant(Ours, () => OurDrain.MeasureAsync(cluster, scale.Backlog))]);
        if (scale.HasOtherPeers)
        {
            yield return new Contest(Slow, "jobs/s", scale.Rounds,
            [
                Contestant.Of(Ours, () => OurDrain.RateAsync(cluster, scale.Drain)),
                Contestant.Of("Hangfire", () => new Peer("hangfire", cluster).DrainAsync(scale.SlowDrain)),
                Contestant.Of("Quartz.NET", () => new Peer("quartz", cluster).DrainAsync(scale.SlowDrain)),
                .. redis is null ? Array.Empty<Contestant>() : [Contestant.Of("Celery", () => new Peer("celery", cluster, $"{redis}/0").DrainAsync(scale.SlowDrain))],
            ]);
        }
    }

    /// <summary>By one worker process and by two: which is the faster depends on the machine, and the goals are against that one.</summary>
    private static IEnumerable<Contestant> Graphile(BenchCluster cluster, Scale scale, int jobs, bool isHeld)
    {
        return scale.HasPeers ? [Of(GraphileOnce, 1), Of(GraphileTwice, 2)] : [];

        Contestant Of(string name, int workers) => Contestant.Of(name, () => new Peer("graphile-worker", cluster).DrainAsync(jobs, workers, isHeld));
    }

    private static IEnumerable<Peer> OtherPeers(BenchCluster cluster, Scale scale, string? redis) =>
    [
        .. scale.HasOtherPeers ? [new("pg-boss", cluster)] : Array.Empty<Peer>(),
        .. redis is not null ? [new("bullmq", cluster, redis)] : Array.Empty<Peer>(),
    ];
}
