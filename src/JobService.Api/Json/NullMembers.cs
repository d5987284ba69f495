using System.Text.Json;

namespace JobService.Api.Json;

/// <summary>The members of an object that are <c>null</c> in so many words, which a request does not tell from those that are left out.</summary>
internal static class NullMembers
{
    /// <param name="json">A JSON object that was read before.</param>
    public static IReadOnlySet<string> Of(ReadOnlyMemory<byte> json)
    {
        var nulls = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = ApiJson.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
                nulls.Add(name);
            else
                reader.Skip();
        }

        return nulls;
    }
}
