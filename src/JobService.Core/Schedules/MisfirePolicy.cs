namespace JobService.Core.Schedules;

/// <summary>What becomes of occurrences that nobody was there for.</summary>
public enum MisfirePolicy
{
    /// <summary>One job for all of them, for the last one.</summary>
    FireOnce,

    /// <summary>A job each, for the last ones, as many as the schedule allows.</summary>
    FireAll,

    /// <summary>None.</summary>
    Skip,
}
