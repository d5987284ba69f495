using System.Globalization;
using System.Runtime.InteropServices;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;
using JobService.Bench.Scenarios;

namespace JobService.Bench.Reporting;

/// <summary>Under what the figures were taken.</summary>
internal sealed record Conditions(IReadOnlyDictionary<string, string> Lines)
{
    public static async Task<Conditions> ReadAsync(BenchCluster cluster, string scale, Scale sizes)
    {
        var settings = BenchCluster.Settings.Select(setting => $"{setting.Key} {setting.Value}");
        return new Conditions(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["when"] = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
            ["commit"] = await Versions.ServiceAsync(),
            ["machine"] = $"{Versions.Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}",
            ["disk"] = new DriveInfo(cluster.Folder).DriveFormat,
            ["PostgreSQL"] = $"{await cluster.VersionAsync()}; {string.Join(", ", settings)}; max_connections 200; otherwise its defaults, so fsync, synchronous_commit and full_page_writes are on",
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["JobService"] = $"a drain has {OurDrain.Slots:#,0} slots (by default there are 20), shared by its workers; workstation GC for workers, server GC for the API; as its own Directory.Build.props builds it: no dynamic PGO, threads of the pool do not spin",
            ["peers"] = sizes.HasPeers ? $"{await Versions.PeersAsync()}; their settings are at the top of the main file of each, in bench/peers" : "none",
            ["scale"] = $"{scale}: {sizes.Drain:#,0} jobs a drain, {sizes.HeldDrain:#,0} under a held snapshot, payloads of 200 bytes, up to {sizes.Rounds} rounds, as the table says",
            ["not the same work"] = "graphile-worker, BullMQ and Quartz.NET delete what has finished; JobService, pg-boss, Hangfire and Celery keep it. BullMQ and Celery write to Redis with appendfsync everysec, which may lose a second of acknowledged work; all others commit to PostgreSQL before they answer",
        });
    }
}
