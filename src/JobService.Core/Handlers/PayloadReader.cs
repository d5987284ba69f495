using System.Text.Json;

namespace JobService.Core.Handlers;

/// <summary>Reads a payload into what a handler takes.</summary>
internal static class PayloadReader
{
    /// <summary>A null where the type says there is none would only throw deeper inside, and then be tried again in vain.</summary>
    private static readonly JsonSerializerOptions Options = new(JobJson.Options) { RespectNullableAnnotations = true };

    /// <exception cref="JobFailureException"><c>payload.invalid</c>: it is not what the handler takes, and never will be.</exception>
    public static TPayload Read<TPayload>(ReadOnlyMemory<byte> payload)
    {
        if (typeof(TPayload) == typeof(RawPayload))
            return (TPayload)(object)new RawPayload(payload);

        try
        {
            return JsonSerializer.Deserialize<TPayload>(payload.Span, Options)
                ?? throw new JobFailureException("payload.invalid", "The payload is null, and the handler needs one.", isRetryable: false);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new JobFailureException("payload.invalid", $"The payload is not what the handler takes: {Describe(e)}", isRetryable: false, innerException: e);
        }
    }

    /// <summary>The path is part of the message only where the serializer wrote it, not where a converter did.</summary>
    private static string Describe(Exception e) =>
        e is JsonException { Path: { } path } && !e.Message.Contains("Path:", StringComparison.Ordinal) ? $"{e.Message} Path: {path}" : e.Message;
}
