using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>What is to be reached.</summary>
internal static class Goals
{
    public static IReadOnlyList<Goal> Of(Scale scale) =>
    [
        new("drain, history kept, against graphile-worker's best", Ours, Graphile(DrainContests.Drain), 1.6, 2.2),
        new("the same under a held snapshot", new(DrainContests.Held, DrainContests.Ours), Graphile(DrainContests.Held), 5, 8),
        new("drain against the pgbench ceiling of the same statements", Ours, [new(DrainContests.Drain, DrainContests.Pgbench)], 0.6, 0.8),
        new("durable POST against an empty POST, 64 connections", Post(HttpContests.Durable, 64), Empty(64), 0.30, 0.40),
        new("durable POST against an empty POST, 256 connections", Post(HttpContests.Durable, 256), Empty(256), 0.40, 0.50),
        new("durable POST against one INSERT a request, 256 connections", Post(HttpContests.Durable, 256), [Post(HttpContests.Insert, 256), Post(HttpContests.InsertWide, 256)], 3, 4),
        new("bulk NDJSON against graphile-worker's addJobs(1000), 4 clients", new(HttpContests.Bulk, "NDJSON"), [new(HttpContests.Bulk, "graphile-worker addJobs(1000)")], 1.2, 2),
        Latency("p50", "", 0.7, 0.5),
        Latency("p99", "", 0.6, 0.36),
        Latency("p50", " across processes", 0.7, 0.5),
        Latency("p99", " across processes", 0.6, 0.36),
        Condition("held snapshot"),
        Condition($"{scale.Days} days of history"),
        Condition($"{scale.Scheduled:#,0} scheduled"),
        Condition(DrainContests.SchedulesDue(scale)),
        Condition(DrainContests.Limits(scale), DrainContests.BesideLimits, atLeast: 0.95),
        Condition(DrainContests.HeldByLimits(scale), DrainContests.BesideLimits),
        Condition(DrainContests.FirstOf(scale)),
        new(
            $"drain of {scale.SmallDrain:#,0} of a backlog of {scale.Backlog:#,0} against one of {scale.SmallDrain:#,0}",
            new(DrainContests.Conditions, $"{DrainContests.FirstOf(scale)} {DrainContests.By(scale)}"), [new(DrainContests.Conditions, DrainContests.SmallBacklog(scale))], 0.85, 0.95),
        new("bytes allocated a job in the worker", new(DrainContests.Drain, $"{DrainContests.Ours} {OurDrain.Allocated}"), To: [], 2_048, 1_024, IsLessBetter: true),
        new(
            "memory at the end of a backlog against a quarter in",
            new(DrainContests.Memory, $"{DrainContests.Ours} {OurDrain.Late}"), [new(DrainContests.Memory, $"{DrainContests.Ours} {OurDrain.Early}")], 1.2, 1.1, IsLessBetter: true),
        new(
            $"ms after its time that a schedule's job starts, {ScheduleContests.ASecond(scale)}, p99",
            new(ScheduleContests.Lateness, $"{ScheduleContests.ASecond(scale)} p99"), To: [], 1_000, 500, IsLessBetter: true),
        new("drain against Hangfire.PostgreSql", new(DrainContests.Slow, DrainContests.Ours), [new(DrainContests.Slow, "Hangfire")], 100, 300),
        new("drain against Quartz.NET", new(DrainContests.Slow, DrainContests.Ours), [new(DrainContests.Slow, "Quartz.NET")], 50, 150),
        new("drain against Celery", new(DrainContests.Slow, DrainContests.Ours), [new(DrainContests.Slow, "Celery")], 40, 80),
    ];

    private static FigureName[] Graphile(string contest) => [new(contest, DrainContests.GraphileOnce), new(contest, DrainContests.GraphileTwice)];

    private static FigureName[] Empty(int connections) => [Post(HttpContests.Empty, connections), Post(HttpContests.EmptyByDefaults, connections)];

    private static FigureName Ours => new(DrainContests.Drain, DrainContests.Ours);

    private static FigureName Post(string name, int connections) => new(HttpContests.Post, $"{name} at {connections} connections");

    private static Goal Latency(string percentile, string where, double atMost, double aim) => new(
        $"start latency against graphile-worker's{where}, {percentile}",
        new(LatencyContests.Idle, $"JobService{where} {percentile}"), [new(LatencyContests.Idle, $"graphile-worker{where} {percentile}")], atMost, aim, IsLessBetter: true);

    private static Goal Condition(string name, string contest = DrainContests.Conditions, double atLeast = 0.85) => new(
        $"drain, {name}, against the plain drain", new(contest, name), [new(contest, DrainContests.Plain)], atLeast, 0.95);
}
