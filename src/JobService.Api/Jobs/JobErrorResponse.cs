using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>The error of an attempt.</summary>
internal sealed record JobErrorResponse
{
    /// <summary>What retry rules match on.</summary>
    /// <example>http.503</example>
    public required string Type { get; init; }

    /// <example>the server answered 503 Service Unavailable</example>
    public required string Message { get; init; }

    /// <summary>When the attempt ended.</summary>
    public required DateTimeOffset At { get; init; }

    public static JobErrorResponse? From(EndedAttempt? attempt) =>
        attempt?.Error is not { } error ? null : new() { Type = error.Type, Message = error.Message, At = attempt.FinishedAt };
}
