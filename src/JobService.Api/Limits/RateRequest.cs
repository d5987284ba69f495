using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Limits;

/// <summary>So many starts in a time: in any time, however long, no more than are due in it and the burst.</summary>
internal sealed record RateRequest
{
    /// <summary>How many, 1 to 1,000,000.</summary>
    /// <example>100</example>
    public int? Limit { get; init; }

    /// <summary>In how long, 1 ms to 365 days.</summary>
    /// <example>1m</example>
    public JsonDuration? Per { get; init; }

    /// <summary>How many may start at once after a pause, 1 to 1,000,000. Default what is due in a tenth of a second, at least 1.</summary>
    /// <example>10</example>
    public int? Burst { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
