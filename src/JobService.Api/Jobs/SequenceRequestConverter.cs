using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Jobs;

/// <summary>Reads <c>"order-42"</c> and <c>{"key": "order-42", "onFailure": "skip"}</c>.</summary>
internal sealed class SequenceRequestConverter : JsonConverter<SequenceRequest>
{
    public override SequenceRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new(ConverterOf(options).Read(ref reader, typeof(SequenceMembers), options)!, IsKeyOnly: false),
        JsonTokenType.String => new(new SequenceMembers { Key = reader.GetString() }, IsKeyOnly: true),
        _ => throw new JsonFault("Expected a key such as \"order-42\", or an object with key and onFailure."),
    };

    public override void Write(Utf8JsonWriter writer, SequenceRequest value, JsonSerializerOptions options) => ConverterOf(options).Write(writer, value.Members, options);

    private static JsonConverter<SequenceMembers> ConverterOf(JsonSerializerOptions options) =>
        (JsonConverter<SequenceMembers>)options.GetTypeInfo(typeof(SequenceMembers)).Converter;
}
