namespace JobService.Bench.Measuring;

/// <summary>Where things are.</summary>
internal static class Places
{
    /// <summary>The folder <c>bench</c> of the checkout, which <c>bench/run</c> names.</summary>
    public static string Bench { get; } = Environment.GetEnvironmentVariable("JOBSERVICE_BENCH") ?? Path.GetFullPath("bench");

    public static string Peers => Path.Combine(Bench, "peers");

    public static string Results => Path.Combine(Bench, "RESULTS.md");

    /// <summary>The API: published beside the published bench, or the one that <c>bench/run</c> names.</summary>
    public static string Api { get; } = Environment.GetEnvironmentVariable("JOBSERVICE_BENCH_API") ?? Path.Combine(AppContext.BaseDirectory, "..", "api", "JobService.Api");
}
