using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;

namespace JobService.Api.Jobs;

/// <summary>What changes in a job that isn't running; at least one member. What is left out stays.</summary>
internal sealed record EditRequest
{
    /// <summary>Not before this time (RFC 3339 with an offset).</summary>
    /// <example>2026-12-01T08:00:00+01:00</example>
    public string? RunAt { get; init; }

    /// <summary>0 to 9; 9 runs first.</summary>
    /// <example>9</example>
    public int? Priority { get; init; }

    /// <summary>The queue it waits in.</summary>
    /// <example>high</example>
    public string? Queue { get; init; }

    /// <summary>A new input; a <c>null</c> that is written out is one too.</summary>
    /// <example>{"to": "b@example.com"}</example>
    public JsonSlice Payload { get; init; }

    /// <summary>All its tags anew.</summary>
    /// <example>{"tenant": "42"}</example>
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
