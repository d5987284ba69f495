using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>Why a job is cancelled.</summary>
internal sealed record CancelRequest : IOptionalBody
{
    /// <summary>Kept with the job and shown; up to 1 KiB.</summary>
    /// <example>the customer withdrew the order</example>
    public string? Reason { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
