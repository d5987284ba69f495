using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Http;

/// <summary>The body of an answer as a result: JSON as it is, anything else as a string; cut where it is too long.</summary>
internal static class HttpAnswer
{
    /// <param name="content">The body.</param>
    /// <param name="maxBytes">How much of it is read.</param>
    /// <param name="maxResultBytes">How long the result may be: text grows when it is written as JSON, and the call was made all the same.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<RawResult> ReadAsync(HttpContent content, int maxBytes, int maxResultBytes, CancellationToken cancellationToken)
    {
        var (read, isWhole) = await ReadUpToAsync(content, maxBytes, cancellationToken);
        var body = ToUtf8(read, isWhole, content.Headers.ContentType?.CharSet);
        return isWhole && body.Length <= maxResultBytes && IsJson(content) && IsOneValue(body)
            ? new RawResult(body)
            : new RawResult(Quote(body, isWhole, maxResultBytes));
    }

    private static ReadOnlyMemory<byte> Quote(byte[] text, bool isWhole, int maxResultBytes)
    {
        // No byte becomes longer than an escape; what does not fit is left out, whole characters at a time, and so is half a character at a cut.
        const int escape = 6;
        var json = new byte[Math.Max(2, (int)Math.Min((long)text.Length * escape + 2, maxResultBytes))];
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(text, json.AsSpan(1..^1), out _, out var written, isFinalBlock: isWhole);
        json[0] = json[written + 1] = (byte)'"';
        return json.AsMemory(0, written + 2);
    }

    private static async Task<(byte[] Body, bool IsWhole)> ReadUpToAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        while (body.Length <= maxBytes)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, maxBytes + 1 - body.Length)), cancellationToken);
            if (read == 0)
                return (body.ToArray(), IsWhole: true);
            body.Write(buffer, 0, read);
        }

        return (body.ToArray()[..maxBytes], IsWhole: false);
    }

    /// <summary>Text in another encoding than UTF-8 is read as what it says it is; one that nobody knows, as UTF-8. A byte order mark is no text.</summary>
    private static byte[] ToUtf8(byte[] body, bool isWhole, string? charSet)
    {
        if (EncodingOf(charSet) is { } encoding && encoding is not UTF8Encoding)
        {
            var characters = new char[encoding.GetMaxCharCount(body.Length)];
            var count = encoding.GetDecoder().GetChars(body, characters, flush: isWhole);
            body = Encoding.UTF8.GetBytes(characters, 0, count);
        }

        return body.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? body[Encoding.UTF8.Preamble.Length..] : body;
    }

    private static Encoding? EncodingOf(string? charSet)
    {
        if (string.IsNullOrEmpty(charSet))
            return null;
        try
        {
            var name = charSet.Trim('"');
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsJson(HttpContent content) =>
        content.Headers.ContentType?.MediaType is { } type
        && (type.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase));

    private static bool IsOneValue(byte[] body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var any = false;
            while (reader.Read())
                any = true;
            _ = any ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(body) : 0;
            return any;
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            return false;
        }
    }
}
