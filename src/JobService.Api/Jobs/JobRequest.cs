using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>What a caller may say of a job beside its type; everything may be left out. A <c>null</c> counts as left out, but for the payload.</summary>
internal abstract record JobRequest
{
    /// <summary>The input of the job: any JSON, kept to the byte. Default <c>null</c>.</summary>
    /// <example>{"to": "a@example.com"}</example>
    public JsonSlice Payload { get; init; }

    /// <summary>The queue it waits in, <c>^[a-z0-9][a-z0-9._:-]{0,127}$</c>; made when its first job comes. Default <c>default</c>.</summary>
    /// <example>high</example>
    public string? Queue { get; init; }

    /// <summary>0 to 9, default 5; 9 runs first.</summary>
    /// <example>5</example>
    public int? Priority { get; init; }

    /// <summary>Not before this time (RFC 3339 with an offset). Excludes <c>delay</c>.</summary>
    /// <example>2026-12-01T08:00:00+01:00</example>
    public string? RunAt { get; init; }

    /// <summary>Not before this long from now, at most ten years. Excludes <c>runAt</c>.</summary>
    /// <example>10m</example>
    public JsonDuration? Delay { get; init; }

    /// <summary>Does not start after this time; it then fails as <c>expired</c>.</summary>
    /// <example>2026-12-01T09:00:00+01:00</example>
    public string? ExpiresAt { get; init; }

    /// <summary>The end of its whole life, retries and running included.</summary>
    /// <example>2026-12-01T10:00:00+01:00</example>
    public string? Deadline { get; init; }

    /// <summary>When a failed attempt is followed by another.</summary>
    public RetryRequest? Retry { get; init; }

    /// <summary>How long an attempt may take: a duration is the soft limit, with the default grace.</summary>
    /// <example>30s</example>
    public TimeoutRequest? Timeout { get; init; }

    /// <summary>By what it is the only one of its kind. Default by nothing: any number of the same job may be enqueued.</summary>
    public UniqueRequest? Unique { get; init; }

    /// <summary>The sequence it is of, a key such as <c>order-42</c>: its jobs run one after the other, in the order in which they were enqueued. Default none.</summary>
    public SequenceRequest? Sequence { get; init; }

    /// <summary>Up to 32 words to find it by; keys <c>^[A-Za-z0-9._/-]{1,64}$</c>, values up to 256 characters.</summary>
    /// <example>{"tenant": "42"}</example>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Up to 8 keys it is limited by beside its queue and its type, <c>^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$</c>; the limits are those of <c>/limits</c>.</summary>
    /// <example>["tenant:42"]</example>
    public IReadOnlyList<string?>? LimitKeys { get; init; }

    /// <summary>An object of the caller's own, up to 16 KiB, kept to the byte and shown again.</summary>
    /// <example>{}</example>
    [JsonConverter(typeof(JsonObjectSliceConverter))]
    public JsonSlice Metadata { get; init; }

    /// <summary>How long the result can be read once the job finished: 0 to 365 days. Default as long as the job is kept.</summary>
    /// <example>7d</example>
    public JsonDuration? KeepResult { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
