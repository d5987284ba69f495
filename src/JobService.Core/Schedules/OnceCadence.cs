namespace JobService.Core.Schedules;

/// <summary>Due once.</summary>
internal sealed record OnceCadence(DateTimeOffset At) : Cadence
{
    public override Occurrence? Next(DateTimeOffset after) => after < At ? new Occurrence(At.ToUniversalTime(), At, ClockChange.None) : null;
}
