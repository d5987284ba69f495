namespace JobService.Core.BulkActions;

/// <summary>Where a bulk action stands. The numbers are stored and never change; the last three are final.</summary>
public enum BulkActionState
{
    /// <summary>Waits for a worker to begin.</summary>
    Pending = 1,

    /// <summary>Is being done.</summary>
    Running = 2,

    /// <summary>Came to its end: each job was acted on, or refused.</summary>
    Succeeded = 3,

    /// <summary>Gave up: the same step failed again and again. What was done stays done.</summary>
    Failed = 4,

    /// <summary>Someone stopped it. What was done stays done.</summary>
    Aborted = 5,
}
