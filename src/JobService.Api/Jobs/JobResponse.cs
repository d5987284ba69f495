using JobService.Api.Json;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>A job, as every endpoint shows it.</summary>
internal sealed record JobResponse
{
    /// <summary>UUID of version 7.</summary>
    /// <example>0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f</example>
    public required string Id { get; init; }

    /// <example>email.send</example>
    public required string Type { get; init; }

    /// <example>running</example>
    public required JobState State { get; init; }

    /// <example>high</example>
    public required string Queue { get; init; }

    /// <example>5</example>
    public required int Priority { get; init; }

    /// <summary>The input, to the byte; null when it was erased.</summary>
    public required RawJson Payload { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    /// <summary>What it is limited by beside its queue and its type.</summary>
    /// <example>["tenant:42"]</example>
    public required IReadOnlyList<string> LimitKeys { get; init; }

    /// <summary>The sequence it is of, whose jobs run one after the other; null where it is of none.</summary>
    public required JobSequenceResponse? Sequence { get; init; }

    /// <summary>The caller's own object, to the byte.</summary>
    public required RawJson Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was or will be due.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>When the running or the last attempt began.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? Deadline { get; init; }

    /// <summary>How many attempts have begun.</summary>
    /// <example>2</example>
    public required int Attempt { get; init; }

    /// <example>10</example>
    public required int MaxAttempts { get; init; }

    /// <summary>How often the worker that ran it was lost.</summary>
    /// <example>0</example>
    public required int Crashes { get; init; }

    public required DateTimeOffset? NextRetryAt { get; init; }

    /// <summary>Why it failed or was cancelled.</summary>
    public required string? Reason { get; init; }

    /// <summary>What decided the queue: <c>request</c>, <c>type</c>, the first rule it met as <c>rule:…</c>, also where that leaves the queue the default, or <c>default</c> where it met none.</summary>
    /// <example>request</example>
    public required string RoutedBy { get; init; }

    /// <summary>The worker that runs it, or ran it last.</summary>
    /// <example>host-1:4711</example>
    public required string? Worker { get; init; }

    public required JobProgressResponse? Progress { get; init; }

    /// <summary>What the handler gave back, to the byte.</summary>
    public required RawJson Result { get; init; }

    public required JobErrorResponse? LastError { get; init; }

    public required DateTimeOffset? CancelRequestedAt { get; init; }

    /// <summary>The occurrence of a schedule that it is for; null for a job that a program enqueued.</summary>
    public required JobScheduleResponse? Schedule { get; init; }

    /// <summary>The jobs it waits for.</summary>
    public required IReadOnlyList<string> Parents { get; init; }

    /// <summary>The job it repeats.</summary>
    public required string? ReplayOf { get; init; }

    /// <summary>Whether uniqueness answered with a job that was there already.</summary>
    public required bool Deduplicated { get; init; }

    /// <summary>What nothing routed goes to the default queue.</summary>
    public const string RoutedByDefault = "default";

    public static JobResponse From(Job job) => new()
    {
        Id = job.Id.ToString(),
        Type = job.Type.Name,
        State = job.State,
        Queue = job.Queue.Name,
        Priority = job.Priority.Value,
        Payload = new RawJson(job.Payload),
        Tags = job.Tags,
        LimitKeys = [.. job.LimitKeys.Select(key => key.Text)],
        Sequence = JobSequenceResponse.From(job.Policies.Sequence),
        Metadata = job.Metadata is null ? RawJson.EmptyObject : new RawJson(job.Metadata),
        CreatedAt = job.CreatedAt,
        RunAt = job.RunAt,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        ExpiresAt = job.ExpiresAt,
        Deadline = job.Deadline,
        Attempt = job.Attempt,
        MaxAttempts = job.MaxAttempts,
        Crashes = job.Crashes,
        NextRetryAt = job.NextRetryAt,
        Reason = job.Reason,
        RoutedBy = job.RoutedBy ?? RoutedByDefault,
        Worker = job.Worker,
        Progress = null,
        Result = new RawJson(job.Result),
        LastError = JobErrorResponse.From(job.LastError),
        CancelRequestedAt = job.CancelRequestedAt,
        Schedule = JobScheduleResponse.From(job.Schedule),
        Parents = [],
        ReplayOf = job.ReplayOf?.ToString(),
        Deduplicated = false,
    };
}
