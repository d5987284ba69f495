namespace JobService.Core.BulkActions;

/// <summary>What a step came to.</summary>
/// <param name="Action">The action as it stands behind it.</param>
/// <param name="HasReady">Whether jobs may run now that could not before.</param>
/// <param name="HasCancelRequests">Whether running jobs were asked to stop.</param>
/// <param name="HasEnded">Whether jobs have ended that may have been the heads of sequences.</param>
public sealed record BulkStep(BulkAction Action, bool HasReady, bool HasCancelRequests, bool HasEnded);
