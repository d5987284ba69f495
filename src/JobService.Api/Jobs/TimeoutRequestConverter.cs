using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Api.Json;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Jobs;

/// <summary>Reads <c>"30s"</c>, <c>30</c> and <c>{"soft": "30s", "hard": "60s"}</c>.</summary>
internal sealed class TimeoutRequestConverter : JsonConverter<TimeoutRequest>
{
    public override TimeoutRequest Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.StartObject => new(ConverterOf<TimeoutLimits>(options).Read(ref reader, typeof(TimeoutLimits), options)!, IsSoftOnly: false),
        JsonTokenType.Number or JsonTokenType.String =>
            new(new TimeoutLimits { Soft = ConverterOf<JsonDuration>(options).Read(ref reader, typeof(JsonDuration), options) }, IsSoftOnly: true),
        _ => throw new JsonFault("Expected a duration such as \"30s\", or an object with soft and hard."),
    };

    public override void Write(Utf8JsonWriter writer, TimeoutRequest value, JsonSerializerOptions options) =>
        ConverterOf<TimeoutLimits>(options).Write(writer, value.Limits, options);

    private static JsonConverter<T> ConverterOf<T>(JsonSerializerOptions options) => (JsonConverter<T>)options.GetTypeInfo(typeof(T)).Converter;
}
