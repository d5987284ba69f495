namespace JobService.Core.Schedules;

/// <summary>Due each time so much has passed since an instant that never moves: what was late does not make the next one late.</summary>
/// <param name="Every">From a second up.</param>
/// <param name="Anchor">Due for the first time so much after it.</param>
internal sealed record IntervalCadence(TimeSpan Every, DateTimeOffset Anchor) : Cadence
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public override Occurrence? Next(DateTimeOffset after)
    {
        var passed = Math.Max(0, (after - Anchor).Ticks / Every.Ticks);
        if (DateTimeOffset.MaxValue.UtcTicks - Anchor.UtcTicks <= (passed + 1) * Every.Ticks)
            return null;
        var at = Anchor.ToUniversalTime().AddTicks((passed + 1) * Every.Ticks);
        return new Occurrence(at, at, ClockChange.None);
    }
}
