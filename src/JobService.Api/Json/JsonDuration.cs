using System.Text.Json.Serialization;

namespace JobService.Api.Json;

/// <summary>
/// A duration of a request: a number of seconds, or a text such as <c>"1h30m"</c> or <c>"PT30S"</c>.
/// One that can't be understood is kept as such, so that the validator tells of it together with all other faults.
/// </summary>
/// <param name="Value">The duration; null where it can't be understood.</param>
[JsonConverter(typeof(JsonDurationConverter))]
internal readonly record struct JsonDuration(TimeSpan? Value);
