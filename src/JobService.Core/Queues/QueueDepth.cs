namespace JobService.Core.Queues;

/// <summary>How many jobs of a queue are in each state that is not final.</summary>
public readonly record struct QueueDepth(long Blocked, long Scheduled, long Queued, long Running, long Retrying)
{
    public static QueueDepth operator +(QueueDepth depth, QueueDepth change) => new(
        depth.Blocked + change.Blocked, depth.Scheduled + change.Scheduled, depth.Queued + change.Queued, depth.Running + change.Running, depth.Retrying + change.Retrying);

    public static QueueDepth operator -(QueueDepth depth, QueueDepth change) => new(
        depth.Blocked - change.Blocked, depth.Scheduled - change.Scheduled, depth.Queued - change.Queued, depth.Running - change.Running, depth.Retrying - change.Retrying);

    /// <summary>The same without numbers below zero, which come of jobs that were there before anything was noted of them.</summary>
    public QueueDepth AtLeastNone() => new(Math.Max(0, Blocked), Math.Max(0, Scheduled), Math.Max(0, Queued), Math.Max(0, Running), Math.Max(0, Retrying));
}
