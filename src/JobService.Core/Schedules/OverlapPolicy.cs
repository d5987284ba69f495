namespace JobService.Core.Schedules;

/// <summary>What becomes of an occurrence while the job of an earlier one is not final.</summary>
public enum OverlapPolicy
{
    /// <summary>It is left out.</summary>
    Skip,

    /// <summary>Both run.</summary>
    Allow,

    /// <summary>One of them waits for the end of the earlier job; those behind it are left out.</summary>
    QueueOne,

    /// <summary>The earlier job is cancelled.</summary>
    CancelPrevious,
}
