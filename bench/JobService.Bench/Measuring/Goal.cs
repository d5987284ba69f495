namespace JobService.Bench.Measuring;

/// <summary>A ratio to reach between two figures of one run, taken round by round.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Of">Contest and name of the figure above the line.</param>
/// <param name="To">Contest and name of the figure below it.</param>
/// <param name="AtLeast">What must be reached; where less is better, what must not be passed.</param>
/// <param name="Aim">What is hoped for.</param>
/// <param name="IsLessBetter">Whether a smaller ratio is the better one, as with latencies.</param>
internal sealed record Goal(
    string Text, (string Contest, string Name) Of, (string Contest, string Name) To, double AtLeast, double Aim, bool IsLessBetter = false)
{
    /// <summary>The ratio of this run; null where one of its figures was not measured.</summary>
    public Ratio? In(IReadOnlyList<Figure> figures)
    {
        if (Find(figures, Of) is not { } above || Find(figures, To) is not { } below)
            return null;

        var rounds = Math.Min(above.Samples.Count, below.Samples.Count);
        double[] ratios = string.Equals(above.Contest, below.Contest, StringComparison.Ordinal) && rounds > 0
            ? [.. Enumerable.Range(0, rounds).Select(i => above.Samples[i] / below.Samples[i])]
            : [above.Median / below.Median];
        return new Ratio(this, Figure.MedianOf(ratios), ratios.Min(), ratios.Max());
    }

    private static Figure? Find(IReadOnlyList<Figure> figures, (string Contest, string Name) key) =>
        figures.FirstOrDefault(figure => string.Equals(figure.Contest, key.Contest, StringComparison.Ordinal) && string.Equals(figure.Name, key.Name, StringComparison.Ordinal));
}
