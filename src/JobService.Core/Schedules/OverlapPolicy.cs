namespace JobService.Core.Schedules;

/// <summary>What becomes of an occurrence while a job of an earlier one, or one that was triggered, is not final. Stored by their numbers.</summary>
public enum OverlapPolicy
{
    /// <summary>It is left out.</summary>
    Skip = 0,

    /// <summary>Both run.</summary>
    Allow = 1,

    /// <summary>One of them waits for the end of the earlier job; those behind it are left out.</summary>
    QueueOne = 2,

    /// <summary>The earlier job is cancelled.</summary>
    CancelPrevious = 3,
}
