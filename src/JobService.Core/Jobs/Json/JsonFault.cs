using System.Text.Json;

namespace JobService.Core.Jobs.Json;

/// <summary>A fault of a request's JSON in our own words; the serializer adds where it is, and the reader of the body makes it a refusal.</summary>
public sealed class JsonFault(string message) : JsonException(message);
