using System.Text.Json;
using System.Text.Unicode;

namespace JobService.Core.Handlers;

/// <summary>Writes a result as JSON that every reader can read: no NUL, no lone surrogate, of bounded size.</summary>
internal static class ResultWriter
{
    /// <exception cref="JobFailureException"><c>result.invalid</c> or <c>result.too-large</c>; running again would make the same.</exception>
    public static ReadOnlyMemory<byte>? Write(object? result, int maxBytes)
    {
        var json = result switch
        {
            null => (ReadOnlyMemory<byte>?)null,
            RawResult raw => Validate(raw.Utf8Json),
            _ => Serialize(result),
        };
        if (json is not { } bytes)
            return null;

        return bytes.Length <= maxBytes
            ? Clean(bytes)
            : throw new JobFailureException("result.too-large", $"The result has {bytes.Length} bytes, and {maxBytes} are allowed.", isRetryable: false);
    }

    private static ReadOnlyMemory<byte> Validate(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw new JobFailureException("result.invalid", $"The result is not JSON: {e.Message}", isRetryable: false, innerException: e);
        }

        // The reader does not look inside strings that nobody asks for.
        return Utf8.IsValid(json.Span) ? json : throw new JobFailureException("result.invalid", "The result is not UTF-8.", isRetryable: false);
    }

    private static byte[] Serialize(object result)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(result, result.GetType(), HandlerJson.Options);
        }
        catch (Exception e)
        {
            // Also what a property of the result throws: the work is done, and doing it again would not mend how it is told.
            throw new JobFailureException("result.invalid", $"The result can't be written as JSON: {e.Message}", isRetryable: false, innerException: e);
        }
    }

    private static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> json)
    {
        // Text needs cleaning only where an escape names a NUL or a surrogate; a result without such an escape is stored as it is.
        var isSuspicious = json.Span.IndexOf("\\u0000"u8) >= 0 || json.Span.IndexOf("\\ud"u8) >= 0 || json.Span.IndexOf("\\uD"u8) >= 0;
        return isSuspicious ? JsonText.ReplaceUnstorable(json) : json;
    }
}
