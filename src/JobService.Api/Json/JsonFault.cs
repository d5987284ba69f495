using System.Text.Json;

namespace JobService.Api.Json;

/// <summary>A fault of a request's JSON in our own words; the serializer adds where it is, and the reader of the body makes it a refusal.</summary>
internal sealed class JsonFault(string message) : JsonException(message);
