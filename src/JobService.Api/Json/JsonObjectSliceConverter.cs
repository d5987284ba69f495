using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>As <see cref="JsonSliceConverter"/>, of an object; a <c>null</c> counts as none.</summary>
internal sealed class JsonObjectSliceConverter : JsonConverter<JsonSlice>
{
    private static readonly JsonSliceConverter Any = new();

    public override bool HandleNull => true;

    public override JsonSlice Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => default,
        JsonTokenType.StartObject => Any.Read(ref reader, typeToConvert, options),
        _ => throw new JsonFault("Expected an object."),
    };

    public override void Write(Utf8JsonWriter writer, JsonSlice value, JsonSerializerOptions options) => Any.Write(writer, value, options);
}
