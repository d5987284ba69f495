using System.Diagnostics;
using JobService.Bench.Children;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>Worker processes of ours emptying a backlog: no-op handlers, history kept.</summary>
internal static class OurDrain
{
    public const string Allocated = "allocated a job";
    public const string Early = "in memory after a quarter";
    public const string Late = "in memory at the end";
    public const string Peak = "largest process";

    /// <summary>As many as make commits of a thousand jobs.</summary>
    public const int Slots = 2_000;

    /// <summary>How often a few are drained: once alone is mostly the start of the process.</summary>
    private const int Few = 5;

    /// <summary>A drain in a database of its own.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="jobs">How many jobs are drained.</param>
    /// <param name="workers">How many processes share them.</param>
    /// <param name="prepare">What else is in the database before them; null when nothing is.</param>
    /// <param name="isHeld">Whether a transaction is open elsewhere all the time.</param>
    public static async Task<IReadOnlyDictionary<string, Measured>> MeasureAsync(
        BenchCluster cluster, int jobs, int workers = 1, Func<BenchDatabase, Task>? prepare = null, bool isHeld = false)
    {
        await using var database = await cluster.CreateDatabaseAsync("ours");
        await using var held = isHeld ? await database.HoldSnapshotAsync() : null;
        if (prepare is not null)
            await prepare(database);
        await database.FillAsync(jobs);
        return await DrainAsync(database, jobs, workers);
    }

    /// <summary>The first jobs of a large backlog; and then a few at a time, each time by a process that begins anew.</summary>
    public static async Task<IReadOnlyDictionary<string, Measured>> FirstAsync(BenchCluster cluster, Scale scale, string byFew)
    {
        await using var database = await cluster.CreateDatabaseAsync("ours");
        await database.FillAsync(scale.Backlog);
        var first = (await DrainAsync(database, scale.Drain, workers: 1))[""];
        return new Dictionary<string, Measured>(StringComparer.Ordinal) { [""] = first, [byFew] = await FewAsync(database, scale, _ => database.SettleAsync()) };
    }

    /// <summary>A backlog of a few, again and again, each time by a process that begins anew.</summary>
    public static async Task<double> SmallAsync(BenchCluster cluster, Scale scale)
    {
        await using var database = await cluster.CreateDatabaseAsync("ours");
        return await FewAsync(database, scale, database.FillAsync);
    }

    private static async Task<double> FewAsync(BenchDatabase database, Scale scale, Func<int, Task> fill)
    {
        var seconds = 0.0;
        for (var times = 0; times < Few; times++)
        {
            await fill(scale.SmallDrain);
            seconds += scale.SmallDrain / (await DrainAsync(database, scale.SmallDrain, workers: 1))[""].Value;
        }

        return Few * scale.SmallDrain / seconds;
    }

    /// <summary>Only how many jobs a second.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public static async Task<double> RateAsync(
        BenchCluster cluster, int jobs, int workers = 1, Func<BenchDatabase, Task>? prepare = null, bool isHeld = false) =>
        (await MeasureAsync(cluster, jobs, workers, prepare, isHeld))[""].Value;

    public static async Task<IReadOnlyDictionary<string, Measured>> DrainAsync(BenchDatabase database, int jobs, int workers)
    {
        var verb = workers == 1 ? "worker" : "worker-of-several";
        var reports = await Task.WhenAll(Enumerable.Range(0, workers).Select(
            _ => ChildProcess.SelfAsync<DrainReport>(verb, database.ConnectionString, Text(jobs), Text(Slots / workers))));
        var did = reports.Where(report => report.Jobs > 0).ToArray();
        var done = did.Sum(report => report.Jobs);
        if (done < Math.Max(jobs, 1))
            throw new InvalidOperationException($"{done} of {jobs} jobs were drained.");

        var seconds = (did.Max(report => report.Last) - did.Min(report => report.First)) / (double)Stopwatch.Frequency;
        return new Dictionary<string, Measured>(StringComparer.Ordinal)
        {
            [""] = done / seconds,
            [Allocated] = new(did.Average(report => report.AllocatedAJob), "bytes"),
            [Early] = new(did.Max(report => report.EarlyBytes) / 1e6, "MB"),
            [Late] = new(did.Max(report => report.LateBytes) / 1e6, "MB"),
            [Peak] = new(did.Max(report => report.PeakBytes) / 1e6, "MB"),
        };
    }

    private static string Text(int number) => FormattableString.Invariant($"{number}");
}
