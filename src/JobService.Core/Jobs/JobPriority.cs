namespace JobService.Core.Jobs;

/// <summary>How early a job runs within its queue: 0 to 9, 9 first, 5 when not given.</summary>
public readonly record struct JobPriority
{
    public const int Lowest = 0;
    public const int Highest = 9;

    /// <summary>The priority of a job that names none.</summary>
    public static readonly JobPriority Default = new(5);

    /// <exception cref="ArgumentOutOfRangeException">The value is not within 0–9.</exception>
    public JobPriority(int value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, Lowest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Highest);
        Value = value;
    }

    public int Value { get; }

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
