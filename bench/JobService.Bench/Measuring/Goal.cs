namespace JobService.Bench.Measuring;

/// <summary>What is to be reached: a ratio between two figures of one run, taken round by round, or a figure by itself.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Of">The figure, or the one above the line.</param>
/// <param name="To">The one below it, or whichever of them was the best in its round; none where the figure by itself is meant.</param>
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
        Figure[] below = [.. To.Select(name => Find(figures, name)).OfType<Figure>()];
        if (below.Length == 0)
            return null;

        var rounds = below.Append(above).Min(figure => figure.Samples.Count);
        double[] ratios = [.. Enumerable.Range(0, rounds).Select(i => above.Samples[i] / Best(below.Select(figure => figure.Samples[i])))];
        return new Ratio(this, Figure.MedianOf(ratios), ratios.Min(), ratios.Max());
    }

    private double Best(IEnumerable<double> samples) => IsLessBetter ? samples.Min() : samples.Max();

    private static Figure? Find(IReadOnlyList<Figure> figures, FigureName name) => figures.FirstOrDefault(figure => new FigureName(figure.Contest, figure.Name) == name);
}
