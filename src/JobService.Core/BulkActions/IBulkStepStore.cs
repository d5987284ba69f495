namespace JobService.Core.BulkActions;

/// <summary>Does bulk actions, step by step. Any number of processes may: each step is one transaction, and has its action for itself.</summary>
public interface IBulkStepStore
{
    /// <summary>Does the next step of the action that has waited longest; null where none is due.</summary>
    /// <remarks>A step that fails is told of with the action, and tried again after a while with fewer jobs.</remarks>
    Task<BulkStep?> RunNextAsync(CancellationToken cancellationToken);

    /// <summary>How long until the next step is due; null where nothing is to be done.</summary>
    Task<TimeSpan?> UntilNextAsync(CancellationToken cancellationToken);
}
