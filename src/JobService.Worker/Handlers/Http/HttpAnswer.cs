using System.Text;
using System.Text.Json;
using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Http;

/// <summary>The body of an answer as a result: JSON as it is, anything else as a string; cut where it is too long.</summary>
internal static class HttpAnswer
{
    public static async Task<RawResult> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var (body, isWhole) = await ReadUpToAsync(content, maxBytes, cancellationToken);
        if (isWhole && IsJson(content) && IsOneValue(body))
            return new RawResult(body);
        return new RawResult(JsonSerializer.SerializeToUtf8Bytes(Encoding.UTF8.GetString(body).Replace('\0', '\ufffd'), JobJson.Options));
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
