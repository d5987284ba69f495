namespace JobService.Api.Jobs;

/// <summary>One thing that happened to a job.</summary>
internal sealed record TimelineItem
{
    public required DateTimeOffset At { get; init; }

    /// <summary><c>created</c>, <c>claimed</c>, <c>failed</c>, <c>timedOut</c>, <c>lost</c>, <c>snoozed</c>, <c>released</c>, <c>edited</c>, <c>restarted</c>, <c>unblocked</c>, <c>held</c>, <c>passed</c>, …</summary>
    /// <example>claimed</example>
    public required string What { get; init; }

    /// <summary>The worker, or whoever called; null for the service itself.</summary>
    /// <example>host-1:4711</example>
    public required string? By { get; init; }

    /// <example>attempt 1</example>
    public required string? Detail { get; init; }
}
