using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Routes;

/// <summary>Which jobs meet a rule; at most 16 conditions in all.</summary>
internal sealed record RouteMatchRequest
{
    /// <summary>The type of the job, or a glob of it: <c>*</c> for any characters, <c>?</c> for one.</summary>
    /// <example>payment.*</example>
    public string? Type { get; init; }

    /// <summary>Tags the job must have, each with its value or a glob of it.</summary>
    /// <example>{"tenant": "acme"}</example>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Places of the payload, by JSON pointers, with what is asked of each.</summary>
    public IReadOnlyDictionary<string, ComparisonsRequest?>? Payload { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
