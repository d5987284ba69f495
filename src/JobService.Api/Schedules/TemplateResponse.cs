using System.Text;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Core.Schedules;
using JobService.Core.Timeouts;

namespace JobService.Api.Schedules;

/// <summary>What the jobs of a schedule have in common.</summary>
internal sealed record TemplateResponse
{
    /// <example>report.make</example>
    public required string Type { get; init; }

    /// <example>default</example>
    public required string Queue { get; init; }

    /// <example>5</example>
    public required int Priority { get; init; }

    public required RawJson Payload { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>The keys that limits are counted by, beside those of its queue and its type.</summary>
    /// <example>["tenant:42"]</example>
    public required IReadOnlyList<string> LimitKeys { get; init; }

    public required RawJson Metadata { get; init; }

    public required RetryResponse Retry { get; init; }

    public required TimeoutResponse Timeout { get; init; }

    /// <example>7d</example>
    public required string? KeepResult { get; init; }

    public static TemplateResponse From(JobTemplate job) => new()
    {
        Type = job.Type.Name,
        Queue = job.Queue.Name,
        Priority = job.Priority.Value,
        Payload = new RawJson(Encoding.UTF8.GetString(job.Payload.Span)),
        Tags = job.Tags,
        Metadata = job.Metadata is { } metadata ? new RawJson(Encoding.UTF8.GetString(metadata.Span)) : RawJson.EmptyObject,
        LimitKeys = [.. job.LimitKeys.Select(key => key.Text)],
        Retry = RetryResponse.From(job.Policies.Retry),
        Timeout = TimeoutResponse.From(job.Policies.Timeout),
        KeepResult = job.Policies.KeepResult is { } keep ? DurationText.Format(keep) : null,
    };
}
