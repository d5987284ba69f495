using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Jobs;
using JobService.Api.Json;

namespace JobService.Api.JobTypes;

/// <summary>What is to be kept of a job type, in place of all that was given before.</summary>
internal sealed record JobTypeRequest
{
    /// <summary>A JSON Schema (2020-12) of the payload, up to 64 KiB; <c>true</c> takes everything. Left out, or <c>null</c>, that of the handler holds.</summary>
    /// <example>{"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number", "exclusiveMinimum": 0}}}</example>
    public JsonSlice Schema { get; init; }

    /// <summary>What is settled of its jobs where their callers don't say; default nothing.</summary>
    public JobDefaultsRequest? Defaults { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
