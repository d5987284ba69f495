namespace JobService.Core.Schedules;

/// <summary>What became of an occurrence. Stored by their numbers.</summary>
public enum RunOutcome
{
    /// <summary>It got a job.</summary>
    Fired = 0,

    /// <summary>Nobody was there when it was due, and the misfire policy leaves it out.</summary>
    Missed = 1,

    /// <summary>The job of an earlier one was not final, and the overlap policy leaves it out.</summary>
    Overlapped = 2,

    /// <summary>It gets its job once the job of an earlier one is final.</summary>
    Waiting = 3,

    /// <summary>The schedule was paused.</summary>
    Paused = 4,
}
