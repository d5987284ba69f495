namespace JobService.Core.BulkActions;

/// <summary>What a step came to.</summary>
/// <param name="Action">The action as it stands behind it.</param>
/// <param name="HasReady">Whether jobs may run now that could not before.</param>
/// <param name="HasCancelRequests">Whether running jobs were asked to stop.</param>
public sealed record BulkStep(BulkAction Action, bool HasReady, bool HasCancelRequests);
