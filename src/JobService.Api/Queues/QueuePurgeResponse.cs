namespace JobService.Api.Queues;

/// <summary>What a purge did.</summary>
internal sealed record QueuePurgeResponse
{
    /// <summary>How many jobs it cancelled.</summary>
    /// <example>1200</example>
    public required int Cancelled { get; init; }

    /// <summary>How many it left as they are, since transactions that are still open hold them: the same call does the rest once they have ended.</summary>
    /// <example>0</example>
    public required int Held { get; init; }

    public required QueueResponse Queue { get; init; }
}
