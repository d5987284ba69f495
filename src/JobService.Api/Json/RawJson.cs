using System.Text.Json.Serialization;

namespace JobService.Api.Json;

/// <summary>JSON of an answer that is written as it was stored, to the byte.</summary>
/// <param name="Text">Valid JSON; null for <c>null</c>.</param>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(string? Text)
{
    public static readonly RawJson EmptyObject = new("{}");
}
