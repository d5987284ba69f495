using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace JobService.Bench.Measuring;

/// <summary>Contestants measured in turn, round after round, so that whatever else the machine does meets all of them alike.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Of every figure.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Contestants">Who is measured, each round in another order.</param>
internal sealed record Contest(string Name, string Unit, int Rounds, IReadOnlyList<Contestant> Contestants)
{
    /// <summary>Measures all, and says of each what it reached. One that fails is told of and left out from then on.</summary>
    public async Task<ContestReport> RunAsync(CancellationToken cancellationToken)
    {
        var samples = new Dictionary<string, (string Unit, List<double> Values)>(StringComparer.Ordinal);
        var failures = new Dictionary<Contestant, string>();
        for (var round = 0; round < Rounds; round++)
        {
            Contestant[] order = [.. Contestants];
            Random.Shared.Shuffle(order);
            foreach (var contestant in order)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (failures.ContainsKey(contestant))
                    continue;
                try
                {
                    Show(round, contestant, await MeasureAsync(contestant, samples));
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    failures[contestant] = $"{Name}, {contestant.Name}: {e.Message}";
                    AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[red]failed:[/] {failures[contestant]}");
                }
            }
        }

        return new ContestReport([.. samples.Select(sample => new Figure(Name, sample.Key, sample.Value.Unit, sample.Value.Values))], [.. failures.Values]);
    }

    private async Task<string> MeasureAsync(Contestant contestant, Dictionary<string, (string Unit, List<double> Values)> samples)
    {
        var started = Stopwatch.GetTimestamp();
        var reached = new List<string>();
        foreach (var (figure, measured) in await contestant.MeasureAsync())
        {
            var name = figure.Length == 0 ? contestant.Name : $"{contestant.Name} {figure}";
            if (!samples.TryGetValue(name, out var sample))
                samples[name] = sample = (measured.Unit ?? Unit, []);
            sample.Values.Add(measured.Value);
            reached.Add(string.Create(CultureInfo.InvariantCulture, $"{(figure.Length == 0 ? "" : $"{figure} ")}{measured.Value:#,0.##} {sample.Unit}"));
        }

        return string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", reached)} ({Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s)");
    }

    private void Show(int round, Contestant contestant, string reached) =>
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Name}, round {round + 1} of {Rounds}:[/] {contestant.Name}: {reached}");
}
