namespace JobService.Core.Jobs;

/// <summary>How a job is run again by hand.</summary>
/// <param name="Payload">A new input as UTF-8 JSON; null keeps the old one.</param>
/// <param name="RunAt">Not before this instant; null for now.</param>
public sealed record JobRestart(ReadOnlyMemory<byte>? Payload = null, DateTimeOffset? RunAt = null);
