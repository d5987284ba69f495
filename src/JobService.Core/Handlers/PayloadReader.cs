using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace JobService.Core.Handlers;

/// <summary>Reads a payload into what a handler takes.</summary>
internal static class PayloadReader
{
    /// <summary>A null where the type says there is none would only throw deeper inside, and then be tried again in vain.</summary>
    private static readonly JsonSerializerOptions Web = new(HandlerJson.Options) { RespectNullableAnnotations = true };

    private static readonly JsonSerializerOptions Strict = new(Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <exception cref="JobFailureException"><c>payload.invalid</c>: it is not what the handler takes, and never will be.</exception>
    public static TPayload Read<TPayload>(ReadOnlyMemory<byte> payload)
    {
        if (typeof(TPayload) == typeof(RawPayload))
            return (TPayload)(object)new RawPayload(payload);

        var options = Of<TPayload>.Options;
        try
        {
            return JsonSerializer.Deserialize<TPayload>(payload.Span, options)
                ?? throw new JobFailureException("payload.invalid", "The payload is null, and the handler needs one.", isRetryable: false);
        }
        catch (JsonException e)
        {
            throw Invalid(PayloadFault.Describe(e, payload, options.GetTypeInfo(typeof(TPayload))), e);
        }
        catch (NotSupportedException e)
        {
            throw Invalid(e.Message, e);
        }
    }

    /// <summary>How payloads of a type are read.</summary>
    public static JsonSerializerOptions OptionsOf(Type payload) => payload.GetCustomAttribute<StrictPayloadAttribute>() is null ? Web : Strict;

    private static JobFailureException Invalid(string why, Exception e) =>
        new("payload.invalid", $"The payload is not what the handler takes. {why}", isRetryable: false, innerException: e);

    private static class Of<TPayload>
    {
        public static readonly JsonSerializerOptions Options = OptionsOf(typeof(TPayload));
    }
}
