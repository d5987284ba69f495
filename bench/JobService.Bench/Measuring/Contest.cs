using System.Globalization;
using Spectre.Console;

namespace JobService.Bench.Measuring;

/// <summary>Contestants measured in turn, round after round, so that whatever else the machine does meets all of them alike.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">Of every figure.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Contestants">Who is measured; the order turns by one each round.</param>
internal sealed record Contest(string Name, string Unit, int Rounds, IReadOnlyList<Contestant> Contestants)
{
    public async Task<IReadOnlyList<Figure>> RunAsync()
    {
        var samples = new Dictionary<string, (string Unit, List<double> Values)>(StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Contestants.Count; i++)
            {
                var contestant = Contestants[(round + i) % Contestants.Count];
                foreach (var (figure, measured) in await contestant.MeasureAsync())
                {
                    var name = figure.Length == 0 ? contestant.Name : $"{contestant.Name} {figure}";
                    if (!samples.TryGetValue(name, out var sample))
                        samples[name] = sample = (measured.Unit ?? Unit, []);
                    sample.Values.Add(measured.Value);
                    AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Name}, round {round + 1} of {Rounds}:[/] {name} {measured.Value:#,0.##} {sample.Unit}");
                }
            }
        }

        return [.. samples.Select(sample => new Figure(Name, sample.Key, sample.Value.Unit, sample.Value.Values))];
    }
}
