using System.Text.Json;
using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Http;

/// <summary>What to call; a member it doesn't have is a slip of the pen: <c>{"url", "method", "headers", "body", "timeout", "success": [200], "retryable": [409]}</c>.</summary>
[StrictPayload]
internal sealed record HttpRequestPayload
{
    public required string Url { get; init; }

    /// <summary>Default GET without a body and POST with one.</summary>
    public string? Method { get; init; }

    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>A string is sent as it is; anything else as JSON.</summary>
    public JsonElement? Body { get; init; }

    /// <summary>Of the whole call; default by <see cref="HttpRequestOptions.Timeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The statuses that succeed; default 200–299.</summary>
    public int[]? Success { get; init; }

    /// <summary>Statuses that are tried again besides 429 and 500–599.</summary>
    public int[] Retryable { get; init; } = [];
}
