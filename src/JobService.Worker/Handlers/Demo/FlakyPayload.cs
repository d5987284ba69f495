using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary><c>{"failures": 2}</c></summary>
[StrictPayload]
internal sealed record FlakyPayload
{
    public required int Failures { get; init; }
}
