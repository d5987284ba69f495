namespace JobService.Core.BulkActions;

/// <summary>What is done with each job. The numbers never change: those are stored of what goes from the newest job down.</summary>
public enum BulkActionKind
{
    /// <summary>Cancelled, or asked to stop where it runs.</summary>
    Cancel = 1,

    /// <summary>Run again: the same job, a new generation.</summary>
    Retry = 2,

    /// <summary>Removed with all that is known of it.</summary>
    Delete = 3,

    /// <summary>Made anew: another job, of the same type and payload.</summary>
    Replay = 4,

    /// <summary>Put into another queue.</summary>
    Move = 5,
}
