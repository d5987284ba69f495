using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>How long an idle system takes from the call that enqueues to the start of the handler.</summary>
internal static class LatencyContests
{
    public const string Idle = "start latency, idle";

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale, string? redis)
    {
        yield return new Contest(Idle, "ms", scale.Rounds,
        [
            new Contestant("JobService", () => MeasureAsync(isAcross: false)),
            new Contestant("JobService across processes", () => MeasureAsync(isAcross: true)),
            .. scale.HasPeers ? Peers() : [],
        ]);

        async Task<IReadOnlyDictionary<string, Measured>> MeasureAsync(bool isAcross)
        {
            await using var database = await cluster.CreateDatabaseAsync("idle");
            return (await ChildProcess.SelfAsync<PeerAnswer>(isAcross ? "latency-across" : "latency", database.ConnectionString, FormattableString.Invariant($"{scale.Latencies}"))).Percentiles;
        }

        IEnumerable<Contestant> Peers()
        {
            foreach (var peer in (Peer[])[new("graphile-worker", cluster), .. redis is null ? Array.Empty<Peer>() : [new("bullmq", cluster, redis)]])
            {
                yield return new Contestant(peer.Name, () => peer.LatencyAsync(scale.Latencies, isAcross: false));
                yield return new Contestant($"{peer.Name} across processes", () => peer.LatencyAsync(scale.Latencies, isAcross: true));
            }
        }
    }
}
