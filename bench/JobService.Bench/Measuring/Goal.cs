namespace JobService.Bench.Measuring;

/// <summary>What is to be reached: a ratio between two figures of one run, taken round by round, or a figure by itself.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Of">The figure, or the one above the line.</param>
/// <param name="To">The one below it, or the best of them; none where the figure by itself is meant.</param>
/// <param name="AtLeast">What must be reached; where less is better, what must not be passed.</param>
/// <param name="Aim">What is hoped for.</param>
/// <param name="IsLessBetter">Whether a smaller one is the better one, as with latencies.</param>
internal sealed record Goal(string Text, FigureName Of, IReadOnlyList<FigureName> To, double AtLeast, double Aim, bool IsLessBetter = false)
{
    /// <summary>What it came to in this run; null where one of its figures was not measured.</summary>
    public Ratio? In(IReadOnlyList<Figure> figures)
    {
        if (Find(figures, Of) is not { } above)
            return null;
        if (To.Count == 0)
            return new Ratio(this, above.Median, above.Min, above.Max);
        if (To.Select(name => Find(figures, name)).OfType<Figure>().MaxBy(figure => IsLessBetter ? -figure.Median : figure.Median) is not { } below)
            return null;

        var rounds = Math.Min(above.Samples.Count, below.Samples.Count);
        double[] ratios = string.Equals(above.Contest, below.Contest, StringComparison.Ordinal) && rounds > 0
            ? [.. Enumerable.Range(0, rounds).Select(i => above.Samples[i] / below.Samples[i])]
            : [above.Median / below.Median];
        return new Ratio(this, Figure.MedianOf(ratios), ratios.Min(), ratios.Max());
    }

    private static Figure? Find(IReadOnlyList<Figure> figures, FigureName name) => figures.FirstOrDefault(figure => new FigureName(figure.Contest, figure.Name) == name);
}
