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
    /// <param name="name">Of the scale.</param>
    /// <param name="scale">How much is measured.</param>
    /// <param name="only">Words of which a contest's name must contain one; all contests when there are none.</param>
    public static async Task<int> RunAsync(string name, Scale scale, IReadOnlyList<string> only)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"jobservice-bench-{Environment.ProcessId}");
        await using var cluster = await BenchCluster.StartAsync(folder);
        await using var redis = scale.HasPeers ? await RedisServer.TryStartAsync() : null;
        var figures = new List<Figure>();
        foreach (var contest in Contests(cluster, scale, redis?.Url).Where(contest => only.Count == 0 || only.Any(word => contest.Name.Contains(word, StringComparison.OrdinalIgnoreCase))))
            figures.AddRange(await contest.RunAsync());

        Ratio[] ratios = [.. Goals.Of(scale).Select(goal => goal.In(figures)).OfType<Ratio>()];
        var conditions = await Conditions.ReadAsync(cluster, name, scale);
        Show(ratios, figures);
        if (name is "full" && only.Count == 0)
            await File.WriteAllTextAsync(Places.Results, ResultsPage.Write(conditions, ratios, figures));
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new { conditions = conditions.Lines, ratios, figures }, JsonSerializerOptions.Web));
        return 0;
    }

    private static IEnumerable<Contest> Contests(BenchCluster cluster, Scale scale, string? redis) =>
        [.. DrainContests.All(cluster, scale, redis), .. HttpContests.All(cluster, scale), .. LatencyContests.All(cluster, scale, redis)];

    private static void Show(IReadOnlyList<Ratio> ratios, IReadOnlyList<Figure> figures)
    {
        var table = new Table().AddColumns("measured", "", "median", "spread");
        foreach (var ratio in ratios)
            table.AddRow($"{Markup.Escape(ratio.Goal.Text)}", ratio.IsAimed ? "[green]aim[/]" : ratio.IsReached ? "[green]reached[/]" : "[red]missed[/]", $"{ratio.Median:0.00}", $"{ratio.Min:0.00}–{ratio.Max:0.00}");
        foreach (var figure in figures)
            table.AddRow($"{Markup.Escape(figure.Contest)}", Markup.Escape(figure.Name), $"{figure.Median:#,0.##} {figure.Unit}", $"{figure.Min:#,0.##}–{figure.Max:#,0.##}");
        AnsiConsole.Write(table);
    }
}
