using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>By what a job is the only one of its kind: a key, or values of its payload together with its type.</summary>
internal sealed record UniqueRequest
{
    /// <summary>The key itself, 1 to 255 bytes, one for all types and queues. Excludes <c>paths</c>.</summary>
    /// <example>user-42</example>
    public string? Key { get; init; }

    /// <summary>JSON pointers into the payload, 1 to 16: the type and the values they name make the key. An empty one is the whole payload. Excludes <c>key</c>.</summary>
    /// <example>["/userId"]</example>
    public IReadOnlyList<string?>? Paths { get; init; }

    /// <summary>How long the job holds the key: <c>untilStarted</c>, <c>untilFinished</c> (default), <c>window</c> with its <c>window</c>, or <c>forever</c>.</summary>
    /// <example>untilFinished</example>
    public string? Scope { get; init; }

    /// <summary>Of the scope <c>window</c>: how long from now, 1 s to 365 days.</summary>
    /// <example>10m</example>
    public JsonDuration? Window { get; init; }

    /// <summary>
    /// What becomes of the new job when another holds the key: <c>return</c> (default) answers with the other; <c>reject</c> is 409; <c>replace</c> gives the other,
    /// if it waits, the new one's payload, tags, queue, priority and time; <c>debounce</c> puts it off by the new one's <c>delay</c>; <c>supersede</c> cancels it.
    /// </summary>
    /// <example>return</example>
    public string? OnConflict { get; init; }

    /// <summary>Of <c>debounce</c>: no job is put off further than this from when it was made, 1 s to 365 days. Default without end.</summary>
    /// <example>1h</example>
    public JsonDuration? MaxWait { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
