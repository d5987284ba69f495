namespace JobService.Bench.Measuring;

/// <summary>Something that is measured once a round, beside the others of its contest.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="MeasureAsync">Runs it and answers its figures by their names; one figure has the name "".</param>
internal sealed record Contestant(string Name, Func<Task<IReadOnlyDictionary<string, Measured>>> MeasureAsync)
{
    /// <summary>A contestant with one figure.</summary>
    public static Contestant Of(string name, Func<Task<double>> measure) =>
        new(name, async () => new Dictionary<string, Measured>(StringComparer.Ordinal) { [""] = await measure() });
}
