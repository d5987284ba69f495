using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Schedules;

/// <summary>Past occurrences that are to get a job each, as far as they have none.</summary>
internal sealed record BackfillRequest
{
    /// <summary>The first instant of those meant. Refused where what became of them is kept no more, as it then would be made again.</summary>
    /// <example>2026-11-01T00:00:00Z</example>
    [Required]
    public string? From { get; init; }

    /// <summary>The last one; what is not past yet is left to its time.</summary>
    /// <example>2026-11-02T00:00:00Z</example>
    [Required]
    public string? To { get; init; }

    /// <summary>How many jobs are made at most: 1 to 1,000, default 100.</summary>
    /// <example>100</example>
    public int? Max { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
