using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Jobs;

/// <summary>Jobs to enqueue together, all or none.</summary>
internal sealed record BulkEnqueueRequest
{
    public const int MaxJobs = 10_000;

    /// <summary>1 to 10,000 jobs.</summary>
    [Required]
    public IReadOnlyList<EnqueueRequest?>? Jobs { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
