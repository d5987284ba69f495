using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Limits;

/// <summary>What holds for a key; what is left out, or null, does not limit.</summary>
internal sealed record LimitRequest
{
    /// <summary>How many of its jobs run at once, on all workers together: 0 to 1,000,000.</summary>
    /// <example>5</example>
    public int? MaxRunning { get; init; }

    /// <summary>How many of its jobs start in a time.</summary>
    public RateRequest? Rate { get; init; }

    /// <summary>True lets none start until this is taken back; what runs goes on.</summary>
    /// <example>false</example>
    public bool? Paused { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
