namespace JobService.Api.Limits;

/// <summary>A key and how many of its jobs run.</summary>
internal sealed record BusyKeyResponse
{
    /// <example>tenant:42</example>
    public required string Key { get; init; }

    /// <example>5</example>
    public required int Running { get; init; }
}
