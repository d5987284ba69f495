using System.Text.Json;
using JobService.Core.Claiming;
using JobService.Core.Handlers;

namespace JobService.Worker.Execution;

/// <summary>Tells a handler what it runs for.</summary>
internal static class JobContexts
{
    public static JobContext Of(Claim claim, JobDeadline deadline) => new()
    {
        Id = claim.Id,
        Type = claim.Type,
        Queue = claim.Queue,
        Attempt = claim.Attempt,
        MaxAttempts = claim.MaxAttempts,
        CreatedAt = claim.CreatedAt,
        RunAt = claim.RunAt,
        SoftDeadline = claim.ClaimedAt + deadline.SoftLimit,
        HardDeadline = claim.ClaimedAt + deadline.HardLimit,
        Tags = claim.Tags,
        Metadata = claim.Metadata is { } metadata ? JsonElement.Parse(metadata.Span) : default,
        Schedule = claim.Schedule,
        TraceParent = claim.TraceParent,
        TraceState = claim.TraceState,
    };
}
