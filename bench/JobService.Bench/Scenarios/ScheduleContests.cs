using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>How late the jobs of schedules start, when many are due each second and when many are due at once.</summary>
internal static class ScheduleContests
{
    public const string Lateness = "start after a schedule's time";

    /// <summary>After so many seconds a schedule comes again.</summary>
    private const int Period = 100;

    /// <summary>Seconds that pass before the first is due: a worker is ready by then.</summary>
    private const int Ahead = 8;

    /// <summary>Seconds of which nothing counts: the worker compiles itself.</summary>
    private const int Skip = 5;

    private const int ADay = 86_400;

    public static string ASecond(Scale scale) => $"{scale.Schedules / Period:#,0} a second of {scale.Schedules:#,0}";

    public static string AtOnce(Scale scale) => $"{scale.SchedulesAtOnce:#,0} at once of {scale.Schedules:#,0}";

    public static IEnumerable<Contest> All(BenchCluster cluster, Scale scale)
    {
        yield return new Contest(Lateness, "ms", scale.Rounds,
        [
            new Contestant(ASecond(scale), () => MeasureAsync(scale.Schedules / Period * (Skip + (2 * scale.LoadSeconds)), Skip, atOnce: 0, Period)),
            new Contestant(AtOnce(scale), () => MeasureAsync(scale.SchedulesAtOnce, skip: 0, scale.SchedulesAtOnce, ADay)),
        ]);

        async Task<IReadOnlyDictionary<string, Measured>> MeasureAsync(int jobs, int skip, int atOnce, int period)
        {
            await using var database = await cluster.CreateDatabaseAsync("schedules");
            await database.FillAsync(jobs: 0);
            await AddAsync(database, scale, atOnce, period, Ahead);
            await OurDrain.DrainAsync(database, jobs, workers: 1);
            var percentiles = new Dictionary<string, Measured>(StringComparer.Ordinal);
            foreach (var percent in (int[])[50, 99, 100])
                percentiles[percent == 100 ? "max" : $"p{percent}"] = await database.CountAsync("lateness", ("percent", percent), ("skip", skip)) / 1_000.0;
            return percentiles;
        }
    }

    /// <summary>Has some be due as soon as there is a worker, and all others within a day.</summary>
    public static Task AddDueAsync(BenchDatabase database, Scale scale) => AddAsync(database, scale, scale.SchedulesAtOnce, ADay, ahead: 0);

    private static Task AddAsync(BenchDatabase database, Scale scale, int atOnce, int period, int ahead) => database.ExecuteAsync(
        "add_schedules", ("schedules", scale.Schedules), ("at_once", atOnce), ("period", period), ("ahead", ahead));
}
