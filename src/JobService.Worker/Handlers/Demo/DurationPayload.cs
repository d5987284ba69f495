using JobService.Core.Handlers;
using JobService.Core.Timeouts;

namespace JobService.Worker.Handlers.Demo;

/// <summary><c>{"duration": "2s"}</c></summary>
[StrictPayload]
internal sealed record DurationPayload
{
    public required TimeSpan Duration { get; init; }

    /// <summary>How long to wait; no attempt may run longer than that anyway.</summary>
    public TimeSpan Wait() => Duration <= TimeoutPolicy.Longest
        ? Duration
        : throw new JobFailureException("payload.invalid", "The duration is longer than 7d.", isRetryable: false);
}
