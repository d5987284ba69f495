namespace JobService.Worker.Handlers.Demo;

/// <summary><c>{"failures": 2}</c></summary>
internal sealed record FlakyPayload
{
    public required int Failures { get; init; }
}
