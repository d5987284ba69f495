using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Json;

/// <summary>Which bodies count as JSON: <c>application/json</c> or <c>…+json</c>, in UTF-8, not compressed.</summary>
internal static class JsonMediaType
{
    public const string Expected = "Send application/json in UTF-8, not compressed.";

    public static bool IsJson(HttpRequest request) => IsJson(request.ContentType) && IsPlain(request.Headers.ContentEncoding);

    public static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.Type.Equals("application", StringComparison.OrdinalIgnoreCase)
        && (type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && IsUtf8(type);

    /// <summary>Whether a body of another media type is in UTF-8 and not compressed.</summary>
    public static bool IsPlainText(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && IsUtf8(type) && IsPlain(request.Headers.ContentEncoding);

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    private static bool IsPlain(StringValues encoding) =>
        encoding.Count == 0 || encoding.Count == 1 && string.Equals(encoding[0], "identity", StringComparison.OrdinalIgnoreCase);
}
