using JobService.Bench.Cluster;
using JobService.Bench.Measuring;

namespace JobService.Bench.Scenarios;

/// <summary>How late the jobs of schedules start, when many are due each second and when many are due at once.</summary>
internal static class ScheduleContests
{
    public const string Lateness = "start after a schedule's time";

    /// <summary>Within so many seconds all of them are due.</summary>
    private const int Period = 100;

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
            for (var ahead = 5 + (scale.Schedules / 10_000); ; ahead *= 2)
            {
                await using var database = await cluster.CreateDatabaseAsync("schedules");
                await database.FillAsync(jobs: 0);
                await AddAsync(database, scale, atOnce, period, ahead);
                await database.SettleAsync();
                await OurDrain.DrainAsync(database, jobs, workers: 1);

                // A worker that began after the first schedule was due says nothing of how late a job is: again, with more time.
                if (await database.CountAsync("count_late_workers") > 0)
                    continue;
                var percentiles = new Dictionary<string, Measured>(StringComparer.Ordinal);
                foreach (var percent in (int[])[50, 99, 100])
                    percentiles[percent == 100 ? "max" : $"p{percent}"] = await database.CountAsync("lateness", ("percent", percent), ("skip", skip)) / 1_000.0;
                return percentiles;
            }
        }
    }

    /// <summary>A drain that begins when some schedules are due, and ends with the jobs that these get meanwhile.</summary>
    public static async Task<double> DrainAsync(BenchCluster cluster, Scale scale)
    {
        await using var database = await cluster.CreateDatabaseAsync("ours");
        await AddAsync(database, scale, scale.SchedulesAtOnce, ADay, ahead: 0);
        await database.FillAsync(scale.Drain);
        return (await OurDrain.DrainAsync(database, scale.Drain + scale.SchedulesAtOnce, workers: 1))[""].Value;
    }

    /// <param name="database">Where.</param>
    /// <param name="scale">How many.</param>
    /// <param name="atOnce">How many are due at the same instant.</param>
    /// <param name="period">Within so many seconds all of them are due.</param>
    /// <param name="ahead">Seconds until the first is: by then all are stored and a worker is ready.</param>
    private static Task AddAsync(BenchDatabase database, Scale scale, int atOnce, int period, int ahead) => database.ExecuteAsync(
        "add_schedules", ("schedules", scale.Schedules), ("at_once", atOnce), ("period", period), ("ahead", ahead));
}
