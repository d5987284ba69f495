namespace JobService.Core.Limits;

/// <summary>Where a limited key stands, as whoever has locked it sees it.</summary>
/// <param name="MaxRunning">How many may run; null for any number.</param>
/// <param name="Running">How many do.</param>
/// <param name="Pace">By its rate; null without one.</param>
/// <param name="IsPaused">Whether none may start.</param>
/// <param name="LastStartedAt">When the last one started; null where that is not known, or long ago.</param>
internal readonly record struct KeyStanding(int? MaxRunning, int Running, Pace? Pace, bool IsPaused, DateTimeOffset? LastStartedAt = null)
{
    /// <summary>How many more jobs it lets through.</summary>
    public int Room(DateTimeOffset now) => IsPaused ? 0 : Math.Min(
        MaxRunning is { } max ? Math.Max(0, max - Running) : int.MaxValue,
        Pace?.Allowed(now) ?? int.MaxValue);
}
