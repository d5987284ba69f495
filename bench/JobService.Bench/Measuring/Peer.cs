using JobService.Bench.Cluster;

namespace JobService.Bench.Measuring;

/// <summary>Another job system, in a folder of its own under <c>bench/peers</c>, measured by its own program in the same way.</summary>
internal sealed class Peer(string name, BenchCluster cluster, string? redis = null)
{
    public string Name => name;

    /// <summary>Jobs a second, of a backlog of so many.</summary>
    public Task<double> DrainAsync(int jobs, int workers = 1, bool isHeld = false) => OnAsync(isHeld, async (run, database) =>
    {
        await run("fill", jobs);
        if (database is not null)
            await database.SettleAsync();
        return (await run("drain", jobs)).Rate;
    }, workers);

    /// <summary>Jobs a second, enqueued in bulk by four clients.</summary>
    public Task<double> EnqueueAsync(int jobs) => OnAsync(isHeld: false, async (run, _) => (await run("enqueue", jobs)).Rate);

    /// <summary>Milliseconds from an enqueue to its handler's start, where nothing else is to do.</summary>
    public Task<IReadOnlyDictionary<string, Measured>> LatencyAsync(int times, bool isAcross) =>
        OnAsync(isHeld: false, async (run, _) => (await run(isAcross ? "latency-across" : "latency", times)).Percentiles);

    private async Task<T> OnAsync<T>(bool isHeld, Func<Func<string, int, Task<PeerAnswer>>, BenchDatabase?, Task<T>> measure, int workers = 1)
    {
        await using var database = redis is null ? await cluster.CreateDatabaseAsync("peer", isEmpty: true) : null;
        await using var held = isHeld ? await database!.HoldSnapshotAsync() : null;
        await RunAsync("prepare", 0);
        return await measure(RunAsync, database);

        Task<PeerAnswer> RunAsync(string verb, int count) => ChildProcess.RunAsync<PeerAnswer>(
            Path.Combine(Places.Peers, name, "run"),
            count > 0 ? [verb, FormattableString.Invariant($"{count}")] : [verb],
            redis is null ? ("BENCH_POSTGRES", database!.Url) : ("BENCH_REDIS", redis), ("BENCH_WORKERS", FormattableString.Invariant($"{workers}")));
    }
}
