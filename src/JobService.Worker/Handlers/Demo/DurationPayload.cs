using JobService.Core.Handlers;
using JobService.Core.Timeouts;

namespace JobService.Worker.Handlers.Demo;

/// <summary><c>{"duration": "2s"}</c></summary>
internal sealed record DurationPayload
{
    public required string Duration { get; init; }

    public TimeSpan Parse() => DurationText.TryParse(Duration, out var duration) && duration <= TimeoutPolicy.Longest
        ? duration
        : throw new JobFailureException("payload.invalid", $"'{Duration}' is no duration up to 7d; write 250ms, 2s or 1h30m.", isRetryable: false);
}
