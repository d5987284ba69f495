using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Jobs;

/// <summary>The sequence a job is of.</summary>
internal sealed record SequenceMembers
{
    /// <summary>Of the jobs of a key one at a time runs, in the order in which they were enqueued: <c>^[A-Za-z0-9][A-Za-z0-9._:@-]{0,254}$</c>.</summary>
    /// <example>order-42</example>
    public string? Key { get; init; }

    /// <summary>When it fails for good in its turn, those behind it wait until someone sees to it (<c>block</c>, the default), or the next one goes (<c>skip</c>).</summary>
    /// <example>block</example>
    public string? OnFailure { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
