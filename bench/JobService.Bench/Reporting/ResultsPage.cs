using System.Globalization;
using System.Text;
using JobService.Bench.Measuring;

namespace JobService.Bench.Reporting;

/// <summary>The results as a page for people.</summary>
internal static class ResultsPage
{
    public static string Write(Conditions conditions, IReadOnlyList<Ratio> ratios, IReadOnlyList<Figure> figures, IReadOnlyList<string> failures)
    {
        var page = new StringBuilder();
        page.AppendLine("# Results").AppendLine()
            .AppendLine("Written by `bench/run`; see [README](README.md) for what is measured and how. Every ratio is of figures from one interleaved run on")
            .AppendLine("one machine; absolute figures mean little elsewhere, and not much here at another hour.").AppendLine()
            .AppendLine("## Goals").AppendLine()
            .AppendLine("| goal | median | least–most | at least | aim | |").AppendLine("|---|---:|---:|---:|---:|---|");
        foreach (var ratio in ratios)
        {
            var (atLeast, aim) = (Text(ratio.Goal.AtLeast), Text(ratio.Goal.Aim));
            page.AppendLine(CultureInfo.InvariantCulture, $"| {ratio.Goal.Text} | {Text(ratio.Median)} | {Text(ratio.Min)}–{Text(ratio.Max)} | {(ratio.Goal.IsLessBetter ? "≤ " : "")}{atLeast} | {(ratio.Goal.IsLessBetter ? "≤ " : "")}{aim} | {(ratio.IsAimed ? "aim reached" : ratio.IsReached ? "reached" : "**missed**")} |");
        }

        page.AppendLine().AppendLine("## Figures").AppendLine().AppendLine("| measured | | median | least–most | rounds |").AppendLine("|---|---|---:|---:|---:|");
        foreach (var figure in figures)
            page.AppendLine(CultureInfo.InvariantCulture, $"| {figure.Contest} | {figure.Name} | {Text(figure.Median)} {figure.Unit} | {Text(figure.Min)}–{Text(figure.Max)} | {figure.Samples.Count} |");

        if (failures.Count > 0)
            page.AppendLine().AppendLine("## Failed").AppendLine();
        foreach (var failure in failures)
            page.AppendLine(CultureInfo.InvariantCulture, $"- {failure.ReplaceLineEndings(" ")}");

        page.AppendLine().AppendLine("## Conditions").AppendLine();
        foreach (var (name, value) in conditions.Lines)
            page.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        return page.ToString();
    }

    private static string Text(double value) => value.ToString(value >= 100 ? "#,0" : value >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture);
}
