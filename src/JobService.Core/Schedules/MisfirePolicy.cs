namespace JobService.Core.Schedules;

/// <summary>What becomes of occurrences that nobody was there for. Stored by their numbers.</summary>
public enum MisfirePolicy
{
    /// <summary>One job for all of them, for the last one.</summary>
    FireOnce = 0,

    /// <summary>A job each, for the last ones, as many as the schedule allows.</summary>
    FireAll = 1,

    /// <summary>None.</summary>
    Skip = 2,
}
