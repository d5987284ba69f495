using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>How a final job is retried by hand.</summary>
internal sealed record RestartRequest : IOptionalBody
{
    /// <summary>A new input; default the old one.</summary>
    /// <example>{"to": "b@example.com"}</example>
    public JsonSlice Payload { get; init; }

    /// <summary>Not before this time (RFC 3339 with an offset); default now.</summary>
    /// <example>2026-12-01T08:00:00+01:00</example>
    public string? RunAt { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
