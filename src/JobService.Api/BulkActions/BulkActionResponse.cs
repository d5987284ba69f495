using JobService.Api.Limits;
using JobService.Core.BulkActions;

namespace JobService.Api.BulkActions;

/// <summary>A bulk action and how far it is.</summary>
internal sealed record BulkActionResponse
{
    public required string Id { get; init; }

    /// <example>retry</example>
    public required string Action { get; init; }

    /// <summary><c>pending</c> and <c>running</c> until it has <c>succeeded</c>, <c>failed</c>, or was <c>aborted</c>.</summary>
    /// <example>running</example>
    public required string State { get; init; }

    public required BulkFilterResponse Filter { get; init; }

    /// <summary>Of a move: where to.</summary>
    public required string? Queue { get; init; }

    /// <summary>Of a cancellation: why.</summary>
    public required string? Reason { get; init; }

    public required RateResponse? Pace { get; init; }

    /// <summary>Jobs made later are not its business.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The name of the API key; null for a developer on this machine.</summary>
    public required string? CreatedBy { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>How many jobs there were to act on when it began; null before.</summary>
    /// <example>100000</example>
    public required long? Total { get; init; }

    /// <summary>Whether there were more than <c>total</c>: counting them took too long.</summary>
    public required bool TotalPartial { get; init; }

    /// <summary>How many were found so far: those acted on and those refused.</summary>
    /// <example>41000</example>
    public required long Matched { get; init; }

    /// <example>40998</example>
    public required long Acted { get; init; }

    /// <summary>How many nothing could be done with, most of them since they had moved on meanwhile.</summary>
    /// <example>2</example>
    public required long Refused { get; init; }

    /// <summary>Why: the first ten.</summary>
    public required IReadOnlyList<RefusedJobResponse> Refusals { get; init; }

    /// <summary>How many jobs a second, from its start to now or its end; null before its first step.</summary>
    /// <example>4100.5</example>
    public required double? PerSecond { get; init; }

    /// <summary>When it will be done if it goes on as it went; null where that can't be told.</summary>
    public required DateTimeOffset? EstimatedEndAt { get; init; }

    /// <summary>How often the step it is at has failed, one after the other; with the tenth time it has <c>failed</c>.</summary>
    /// <example>0</example>
    public required int Failures { get; init; }

    /// <summary>Of the last step that failed, until the next one that does not.</summary>
    public required string? Error { get; init; }

    public required string? AbortedBy { get; init; }

    public static BulkActionResponse From(BulkAction action) => new()
    {
        Id = action.Id.ToString(),
        Action = action.Asked.Kind.Word(),
        State = action.State.Word(),
        Filter = BulkFilterResponse.From(action.Asked.Filter),
        Queue = action.Asked.Queue?.Name,
        Reason = action.Asked.Reason,
        Pace = RateResponse.From(action.Asked.Pace),
        CreatedAt = action.CreatedAt,
        CreatedBy = action.Asked.CreatedBy,
        StartedAt = action.StartedAt,
        FinishedAt = action.FinishedAt,
        Total = action.Total,
        TotalPartial = action.IsTotalPartial,
        Matched = action.Matched,
        Acted = action.Acted,
        Refused = action.Refused,
        Refusals = [.. action.Refusals.Select(refused => new RefusedJobResponse { Job = refused.Job.ToString(), Detail = refused.Why })],
        PerSecond = action.JobsPerSecond is { } speed ? Math.Round(speed, 1) : null,
        EstimatedEndAt = action.EstimatedEndAt,
        Failures = action.Failures,
        Error = action.Error,
        AbortedBy = action.AbortedBy,
    };
}
