namespace JobService.Api.Queues;

/// <summary>What a purge did.</summary>
internal sealed record QueuePurgeResponse
{
    /// <summary>How many jobs it cancelled.</summary>
    /// <example>1200</example>
    public required int Cancelled { get; init; }

    public required QueueResponse Queue { get; init; }
}
