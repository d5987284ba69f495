namespace JobService.Core.Claiming;

/// <summary>What one claim took of a queue it looked at.</summary>
/// <param name="QueueId">Which.</param>
/// <param name="Weight">Its weight in that claim.</param>
/// <param name="Jobs">How many.</param>
/// <param name="IsBacklogged">Whether there may be more.</param>
internal readonly record struct QueueYield(int QueueId, int Weight, int Jobs, bool IsBacklogged);
