using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>When a failed attempt is followed by another; what is left out is as by default: ten attempts, waits from 10 s doubling up to 1 h.</summary>
internal sealed record RetryRequest
{
    /// <summary>How many attempts may fail before the job does: 1 to 1000, default 10; 1 never retries.</summary>
    /// <example>10</example>
    public int? MaxAttempts { get; init; }

    /// <summary>How the waits grow: <c>fixed</c>, <c>linear</c>, <c>exponential</c> (default), <c>polynomial</c>, or <c>list</c> with <c>delays</c>.</summary>
    /// <example>exponential</example>
    public string? Backoff { get; init; }

    /// <summary>The first wait: 0 to 365 days, default 10 s.</summary>
    /// <example>10s</example>
    public JsonDuration? Base { get; init; }

    /// <summary>The growth of exponential waits, or the exponent of polynomial ones: 1 to 100, default 2.</summary>
    /// <example>2</example>
    public double? Factor { get; init; }

    /// <summary>No wait is longer: 0 to 365 days, default 1 h.</summary>
    /// <example>1h</example>
    public JsonDuration? Max { get; init; }

    /// <summary>The waits of <c>"backoff": "list"</c>, 1 to 100 of them; the last repeats.</summary>
    public IReadOnlyList<JsonDuration>? Delays { get; init; }

    /// <summary>How waits are spread: <c>none</c>, <c>equal</c> (±10 %, default) or <c>full</c>.</summary>
    /// <example>equal</example>
    public string? Jitter { get; init; }

    /// <summary>No retry starts later than this after the job was first due: up to 10 years; default no such bound.</summary>
    public JsonDuration? MaxElapsed { get; init; }

    /// <summary>Globs of the error types that are retried; default all.</summary>
    /// <example>["*"]</example>
    public IReadOnlyList<string?>? RetryOn { get; init; }

    /// <summary>Globs of the error types that fail the job at once; they win over <c>retryOn</c>.</summary>
    /// <example>["validation.*"]</example>
    public IReadOnlyList<string?>? FailOn { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
