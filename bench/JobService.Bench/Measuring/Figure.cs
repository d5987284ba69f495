namespace JobService.Bench.Measuring;

/// <summary>What one contestant of a contest reached, round by round.</summary>
internal sealed record Figure(string Contest, string Name, string Unit, IReadOnlyList<double> Samples)
{
    public double Median => MedianOf(Samples);

    public double Min => Samples.Min();

    public double Max => Samples.Max();

    public static double MedianOf(IReadOnlyList<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
