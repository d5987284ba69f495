namespace JobService.Bench.Measuring;

/// <summary>A number that was measured.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit, where that is not the contest's.</param>
internal readonly record struct Measured(double Value, string? Unit = null)
{
    public static implicit operator Measured(double value) => new(value);
}
