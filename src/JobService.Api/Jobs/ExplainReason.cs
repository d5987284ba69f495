namespace JobService.Api.Jobs;

/// <summary>One reason.</summary>
internal sealed record ExplainReason
{
    /// <summary>For programs: <c>running</c>, <c>cancel-requested</c>, <c>final</c>, <c>scheduled</c>, <c>retrying</c>, <c>sequence</c>, <c>sequence-held</c>, <c>holds-sequence</c>, <c>will-expire</c>, <c>queue-paused</c>, <c>next</c>, <c>position</c>, <c>no-live-worker</c>, <c>workers-busy</c>, <c>suspect</c>, <c>limit-paused</c>, <c>limit-full</c>, <c>limit-rate</c>.</summary>
    /// <example>no-live-worker</example>
    public required string Code { get; init; }

    /// <summary>For people.</summary>
    public required string Detail { get; init; }
}
