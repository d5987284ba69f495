using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary><c>{"message": "…"}</c></summary>
[StrictPayload]
internal sealed record FailPayload
{
    public string Message { get; init; } = "It failed, as it was told to.";
}
