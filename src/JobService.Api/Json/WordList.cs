using System.Text.Json.Serialization;

namespace JobService.Api.Json;

/// <summary>One text, or an array of them: what a query string gives once or again and again.</summary>
/// <param name="Words">Null where it is <c>null</c> or not given.</param>
[JsonConverter(typeof(WordListConverter))]
internal readonly record struct WordList(IReadOnlyList<string>? Words);
