namespace JobService.Bench.Measuring;

/// <summary>Which figure: of which contest, and what it is called there.</summary>
internal sealed record FigureName(string Contest, string Name);
