using System.Text.Json;
using JobService.Bench.Cluster;
using JobService.Bench.Measuring;
using JobService.Bench.Reporting;
using JobService.Bench.Scenarios;
using Spectre.Console;

namespace JobService.Bench;

/// <summary>Runs the contests one after the other and tells what came out: a table, a page, and a JSON document as the last line.</summary>
internal static class BenchSuite
{
    private const int Interrupted = 130;

    /// <param name="name">Of the scale.</param>
    /// <param name="scale">How much is measured.</param>
    /// <param name="only">Words of which a contest's name must contain one; all contests when there are none.</param>
    /// <returns>0 when all was measured, 1 when something failed.</returns>
    public static async Task<int> RunAsync(string name, Scale scale, IReadOnlyList<string> only)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = 1_000;
        await BenchFolder.ClearOrphansAsync();
        using var interruption = new Interruption();
        using var folder = new BenchFolder();
        await using var cluster = await BenchCluster.StartAsync(folder.Postgres);
        folder.TakeTemporary();
        await using var redis = scale.HasOtherPeers ? await RedisServer.TryStartAsync(folder.Redis) : null;
        if (scale.HasOtherPeers && redis is null)
            AnsiConsole.WriteLine("Redis is not installed: BullMQ and Celery are left out.");
        try
        {
            // A measurement does not look whether it is to end: what it waits for is taken from it.
            return await MeasureAsync(name, scale, only, cluster, redis?.Url, interruption.Token).WaitAsync(interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            return Interrupted;
        }
        finally
        {
            await ChildProcess.EndAllAsync();
        }
    }

    private static async Task<int> MeasureAsync(string name, Scale scale, IReadOnlyList<string> only, BenchCluster cluster, string? redis, CancellationToken cancellationToken)
    {
        Contest[] contests = [.. Contests(cluster, scale, redis).Where(contest => only.Count == 0 || only.Any(word => contest.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];
        if (contests.Length == 0)
        {
            await Console.Error.WriteLineAsync($"No contest is named like that. There are: {string.Join("; ", Contests(cluster, scale, redis).Select(contest => contest.Name))}.");
            return 1;
        }

        var (figures, failures) = (new List<Figure>(), new List<string>());
        foreach (var contest in contests)
        {
            var report = await contest.RunAsync(cancellationToken);
            figures.AddRange(report.Figures);
            failures.AddRange(report.Failures);
        }

        Ratio[] ratios = [.. Goals.Of(scale).Select(goal => goal.In(figures)).OfType<Ratio>()];
        var conditions = await Conditions.ReadAsync(cluster, name, scale);
        Show(ratios, figures, failures);
        if (name is "full" && only.Count == 0)
            await File.WriteAllTextAsync(Places.Results, ResultsPage.Write(conditions, ratios, figures, failures), cancellationToken);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { conditions = conditions.Lines, ratios, figures, failures }, JsonSerializerOptions.Web));
        return failures.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<Contest> Contests(BenchCluster cluster, Scale scale, string? redis) =>
        [.. DrainContests.All(cluster, scale, redis), .. HttpContests.All(cluster, scale), .. LatencyContests.All(cluster, scale, redis), .. ScheduleContests.All(cluster, scale)];

    private static void Show(IReadOnlyList<Ratio> ratios, IReadOnlyList<Figure> figures, IReadOnlyList<string> failures)
    {
        var table = new Table().AddColumns("measured", "", "median", "least–most");
        foreach (var ratio in ratios)
            table.AddRow($"{Markup.Escape(ratio.Goal.Text)}", ratio.IsAimed ? "[green]aim[/]" : ratio.IsReached ? "[green]reached[/]" : "[red]missed[/]", $"{ratio.Median:#,0.##}", $"{ratio.Min:#,0.##}–{ratio.Max:#,0.##}");
        foreach (var figure in figures)
            table.AddRow($"{Markup.Escape(figure.Contest)}", Markup.Escape(figure.Name), $"{figure.Median:#,0.##} {figure.Unit}", $"{figure.Min:#,0.##}–{figure.Max:#,0.##}");
        AnsiConsole.Write(table);
        foreach (var failure in failures)
            AnsiConsole.MarkupLineInterpolated($"[red]failed:[/] {failure}");
    }
}
