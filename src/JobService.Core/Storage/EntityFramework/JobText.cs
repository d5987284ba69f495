using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using JobService.Core.Errors;
using JobService.Core.Handlers;
using JobService.Core.Keys;
using JobService.Core.Timeouts;

namespace JobService.Core.Storage.EntityFramework;

/// <summary>Writes a job as <c>jobservice.try_enqueue_job</c> takes it, and reads why it is refused.</summary>
internal static class JobText
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private static readonly JsonSerializerOptions Format = new(HandlerJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static ReadOnlyMemory<byte> OfPayload<TPayload>(TPayload payload) =>
        payload is RawPayload { Utf8Json: var json } ? json : JsonSerializer.SerializeToUtf8Bytes(payload, HandlerJson.Options);

    public static ReadOnlyMemory<byte> Of(NewJobOptions options)
    {
        // The trace that the caller is in goes on with each attempt.
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity : null;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                options.Queue,
                options.Priority,
                RunAt = Text(options.RunAt),
                Delay = Text(options.Delay),
                ExpiresAt = Text(options.ExpiresAt),
                Deadline = Text(options.Deadline),
                Retry = options.Retry is not { } retry ? null : new
                {
                    retry.MaxAttempts,
                    retry.Backoff,
                    Base = Text(retry.Base),
                    retry.Factor,
                    Max = Text(retry.Max),
                    retry.Jitter,
                    Delays = retry.Delays?.Select(delay => Text(delay)),
                    MaxElapsed = Text(retry.MaxElapsed),
                    retry.RetryOn,
                    retry.FailOn,
                },
                Timeout = options is { SoftLimit: null, HardLimit: null } ? null : new { Soft = Text(options.SoftLimit), Hard = Text(options.HardLimit) },
                Unique = options.Unique is { } unique ? Said(unique) : null,
                Sequence = options.Sequence is { } sequence ? new { Key = sequence.Key.Text, sequence.OnFailure } : null,
                options.LimitKeys,
                options.Tags,
                Metadata = options.Metadata is { } metadata ? JsonSerializer.SerializeToElement(metadata, HandlerJson.Options) : default(JsonElement?),
                KeepResult = Text(options.KeepResult),
                Traceparent = trace?.Id,
                Tracestate = trace?.TraceStateString,
            },
            Format);
    }

    /// <summary>Why a job is refused, as the database tells it.</summary>
    public static Refusal ReadRefusal(string json)
    {
        using var document = JsonDocument.Parse(json);
        var (kind, detail) = (document.RootElement.GetProperty("type").GetString(), document.RootElement.GetProperty("detail").GetString()!);
        return kind switch
        {
            "/problems/invalid" => new Refusal.Invalid(Faults(document.RootElement)),
            "/problems/malformed" => new Refusal.Malformed(Faults(document.RootElement)),
            "/problems/unique-conflict" => new Refusal.KeyHeld(document.RootElement.GetProperty("holder").GetString()!, detail),
            "/problems/queue-full" => new Refusal.QueueFull(detail, RetryAfter),
            "/problems/too-large" => new Refusal.TooLarge(detail),
            "/problems/gone" => new Refusal.Gone(detail),
            _ => new Refusal.Unavailable(detail, RetryAfter),
        };
    }

    private static object Said(UniquePolicy unique) => new
    {
        unique.Key,
        Paths = unique.Paths.Count > 0 ? unique.Paths : null,
        unique.Scope,
        Window = Text(unique.Window),
        unique.OnConflict,
        MaxWait = Text(unique.MaxWait),
    };

    private static List<Fault> Faults(JsonElement refusal) =>
        [.. refusal.GetProperty("errors").EnumerateArray().Select(error => new Fault(error.GetProperty("pointer").GetString()!, error.GetProperty("detail").GetString()!))];

    // A negative one is refused with its pointer, as anything else that is no duration.
    private static string? Text(TimeSpan? duration) => duration is { } given ? given < TimeSpan.Zero ? $"{given}" : DurationText.Format(given) : null;

    private static string? Text(DateTimeOffset? time) => time?.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
