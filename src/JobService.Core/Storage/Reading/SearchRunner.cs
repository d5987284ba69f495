namespace JobService.Core.Storage.Reading;

/// <summary>One way of a search in its race with the others: how far it comes in a time, and how much it looks at in one statement.</summary>
internal sealed class SearchRunner(SearchWay way)
{
    /// <summary>A statement of so long is worth its round trip, and ends soon enough when the time is over.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(150);

    private const int Fewest = 16;
    private const int Most = 200_000;

    public SearchWay Way => way;

    /// <summary>How many jobs the next statement looks at.</summary>
    public int Window { get; private set; } = 256;

    /// <summary>How much time of ids it gets through in a time. One that has not run yet is tried first.</summary>
    public double Speed { get; private set; } = double.PositiveInfinity;

    /// <summary>It has looked at its window.</summary>
    /// <param name="span">The time that lies between the ids where it began and where it ended.</param>
    /// <param name="took">How long it ran.</param>
    public void Ran(TimeSpan span, TimeSpan took)
    {
        Speed = Math.Max(span.TotalMilliseconds, 1) / Math.Max(took.TotalMilliseconds, 0.1);
        Window = took < Short ? Math.Min(Window * 4, Most) : took > Long ? Math.Max(Window / 2, Fewest) : Window;
    }

    /// <summary>It was stopped before it came to an end.</summary>
    public void WasStopped() => (Speed, Window) = (0, Math.Max(Window / 8, Fewest));
}
