using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>The ratios to reach.</summary>
internal static class Goals
{
    public static IReadOnlyList<Goal> Of(Scale scale) =>
    [
        new("drain, history kept, against graphile-worker's best", Ours, (DrainContests.Drain, "graphile-worker"), 1.6, 2.2),
        new("the same under a held snapshot", (DrainContests.Held, DrainContests.Ours), (DrainContests.Held, "graphile-worker"), 5, 8),
        new("drain against the pgbench ceiling of the same statements", Ours, (DrainContests.Drain, DrainContests.Pgbench), 0.6, 0.8),
        new("durable POST against an empty POST, 64 connections", Post("durable, 64"), Post("empty, 64"), 0.30, 0.40),
        new("durable POST against an empty POST, 256 connections", Post("durable, 256"), Post("empty, 256"), 0.40, 0.50),
        new("durable POST against one INSERT a request, 256 connections", Post("durable, 256"), Post("one INSERT a request, 256"), 3, 4),
        new("bulk NDJSON against graphile-worker's addJobs(1000), 4 clients", (HttpContests.Bulk, "NDJSON"), (HttpContests.Bulk, "graphile-worker addJobs(1000)"), 1.2, 2),
        Latency("p50", "", 0.7, 0.5),
        Latency("p99", "", 0.6, 0.36),
        Latency("p50", " across processes", 0.7, 0.5),
        Latency("p99", " across processes", 0.6, 0.36),
        Condition("held snapshot"),
        Condition($"{scale.Days} days of history"),
        Condition($"{scale.Scheduled:#,0} scheduled"),
        Condition($"the first of {scale.Backlog:#,0}"),
        new("drain against Hangfire.PostgreSql", Ours, (DrainContests.Slow, "Hangfire"), 100, 300),
        new("drain against Quartz.NET", Ours, (DrainContests.Slow, "Quartz.NET"), 50, 150),
        new("drain against Celery", Ours, (DrainContests.Slow, "Celery"), 40, 80),
    ];

    private static (string Contest, string Name) Ours => (DrainContests.Drain, DrainContests.Ours);

    private static (string Contest, string Name) Post(string name) => (HttpContests.Post, $"{name} connections");

    private static Goal Latency(string percentile, string where, double atMost, double aim) => new(
        $"start latency against graphile-worker's{where}, {percentile}",
        (LatencyContests.Idle, $"JobService{where} {percentile}"), (LatencyContests.Idle, $"graphile-worker{where} {percentile}"), atMost, aim, IsLessBetter: true);

    private static Goal Condition(string name) => new(
        $"drain, {name}, against the plain drain", (DrainContests.Conditions, name), (DrainContests.Conditions, "plain"), 0.85, 0.95);
}
