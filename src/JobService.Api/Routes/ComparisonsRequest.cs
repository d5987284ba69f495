using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Api.Routes;

/// <summary>
/// What is asked of one place of a payload; all of it must hold. Numbers compare by their exact value, strings by their UTF-16 code units; values of different kinds are never equal, larger or smaller.
/// A place that isn't there meets nothing but <c>"exists": false</c>.
/// </summary>
internal sealed record ComparisonsRequest
{
    /// <summary>Is the same string, number, <c>true</c>, <c>false</c> or <c>null</c>.</summary>
    /// <example>EUR</example>
    public JsonElement Eq { get; init; }

    /// <summary>Is there and is not the same.</summary>
    /// <example>XXX</example>
    public JsonElement Ne { get; init; }

    /// <summary>Is a larger number or a later string.</summary>
    /// <example>1000</example>
    public JsonElement Gt { get; init; }

    /// <summary>Is no smaller number, no earlier string.</summary>
    /// <example>1000</example>
    public JsonElement Gte { get; init; }

    /// <summary>Is a smaller number or an earlier string.</summary>
    /// <example>5000</example>
    public JsonElement Lt { get; init; }

    /// <summary>Is no larger number, no later string.</summary>
    /// <example>5000</example>
    public JsonElement Lte { get; init; }

    /// <summary>Is the same as one of these, 1 to 100.</summary>
    /// <example>["AT", "DE"]</example>
    public JsonElement In { get; init; }

    /// <summary>Is there, whatever it is; or, with <c>false</c>, is not.</summary>
    /// <example>true</example>
    public JsonElement Exists { get; init; }

    /// <summary>Members that don't exist; the validator refuses them.</summary>
    [JsonExtensionData, JsonInclude]
    internal Dictionary<string, JsonElement>? Unknown { get; set; }
}
