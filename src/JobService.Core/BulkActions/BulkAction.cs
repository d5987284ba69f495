using JobService.Core.Jobs;

namespace JobService.Core.BulkActions;

/// <summary>A bulk action as it stands.</summary>
public sealed record BulkAction
{
    public required BulkActionId Id { get; init; }

    /// <summary>What was asked for.</summary>
    public required NewBulkAction Asked { get; init; }

    public required BulkActionState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its last step was done.</summary>
    public required DateTimeOffset? SteppedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How many jobs there were when it began; null before, and where that took too long to find out.</summary>
    public required long? Total { get; init; }

    /// <summary>Whether there are more than <see cref="Total"/>.</summary>
    public required bool IsTotalPartial { get; init; }

    /// <summary>How many jobs were found so far: those acted on and those refused.</summary>
    public required long Matched { get; init; }

    public required long Acted { get; init; }

    public required long Refused { get; init; }

    /// <summary>Why some were refused: the first of them.</summary>
    public required IReadOnlyList<RefusedJob> Refusals { get; init; }

    /// <summary>
    /// Whether it goes from the oldest job up, or from the newest down. What puts jobs behind others goes up, for them to keep their order, unless it was begun by a version that did not.
    /// </summary>
    public required bool IsUpwards { get; init; }

    /// <summary>From where it goes on: every job with an id from there on has been looked at, or upwards every one with an earlier id.</summary>
    public required JobId Place { get; init; }

    /// <summary>How often its next step has failed, one after the other.</summary>
    public required int Failures { get; init; }

    /// <summary>Of the last step that failed.</summary>
    public required string? Error { get; init; }

    public required string? AbortedBy { get; init; }

    /// <summary>By the database's clock, when it was read.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Whether it has come to an end.</summary>
    public bool IsFinal => State is BulkActionState.Succeeded or BulkActionState.Failed or BulkActionState.Aborted;

    /// <summary>Who does it, as the timelines of its jobs tell.</summary>
    public string Actor => $"bulk:{Id}";

    /// <summary>How many jobs a second, from its start to now or its end; null before its first step.</summary>
    public double? JobsPerSecond =>
        StartedAt is { } started && SteppedAt is not null && (FinishedAt ?? ReadAt) - started is var took && took > TimeSpan.Zero ? Matched / took.TotalSeconds : null;

    /// <summary>When it will be done if it goes on as it went; null where that can't be told.</summary>
    public DateTimeOffset? EstimatedEndAt =>
        State == BulkActionState.Running && !IsTotalPartial && Total is { } total && JobsPerSecond is > 0 and var speed
            ? ReadAt + TimeSpan.FromSeconds(Math.Min(Math.Max(0, total - Matched) / speed, TimeSpan.FromDays(3650).TotalSeconds))
            : null;
}
