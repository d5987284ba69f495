namespace JobService.Bench.Measuring;

/// <summary>What came out of a contest.</summary>
/// <param name="Figures">What was reached.</param>
/// <param name="Failures">Who failed, and why.</param>
internal sealed record ContestReport(IReadOnlyList<Figure> Figures, IReadOnlyList<string> Failures);
