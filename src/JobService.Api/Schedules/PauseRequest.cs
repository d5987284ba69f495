using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Schedules;

/// <summary>Why a schedule is paused.</summary>
internal sealed record PauseRequest : IOptionalBody
{
    /// <summary>Kept with the schedule and shown; up to 1,024 characters.</summary>
    /// <example>holidays</example>
    public string? Reason { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
