using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>The two limits of an attempt.</summary>
internal sealed record TimeoutLimits
{
    /// <summary>After this the handler is asked to stop: 1 ms to 7 days, default 5 min, or what leaves the default grace before <c>hard</c>.</summary>
    /// <example>30s</example>
    public JsonDuration? Soft { get; init; }

    /// <summary>After this the attempt is given up: from <c>soft</c> to 7 days, default <c>soft</c> + 30 s.</summary>
    /// <example>60s</example>
    public JsonDuration? Hard { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
