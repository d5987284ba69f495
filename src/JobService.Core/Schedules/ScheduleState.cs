namespace JobService.Core.Schedules;

/// <summary>Whether a schedule fires. Stored by their numbers.</summary>
public enum ScheduleState
{
    /// <summary>It fires when it is due.</summary>
    Active = 0,

    /// <summary>It does not: each occurrence is recorded as left out.</summary>
    Paused = 1,

    /// <summary>Its end, its most runs or its one time have come.</summary>
    Ended = 2,
}
