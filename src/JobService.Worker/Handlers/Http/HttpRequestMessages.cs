using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using JobService.Core.Handlers;
using JobService.Core.Timeouts;

namespace JobService.Worker.Handlers.Http;

/// <summary>Turns a payload into the call it describes.</summary>
internal static class HttpRequestMessages
{
    private static readonly string[] Reserved =
        ["host", "content-length", "transfer-encoding", "connection", "traceparent", "tracestate", "webhook-id", "webhook-timestamp", "webhook-signature"];

    /// <summary>A token, as RFC 9110 has it.</summary>
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <exception cref="JobFailureException"><c>payload.invalid</c>: it describes no call that may be made.</exception>
    public static HttpRequestMessage Make(HttpRequestPayload payload, JobContext context, byte[]? secret, DateTimeOffset now)
    {
        Check(payload);
        var body = payload.Body is not { ValueKind: not JsonValueKind.Undefined } json ? null
            : json.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(json.GetString()!)
            : Encoding.UTF8.GetBytes(json.GetRawText());
        var request = new HttpRequestMessage(MethodOf(payload, body), UriOf(payload.Url));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            var isText = payload.Body!.Value.ValueKind == JsonValueKind.String;
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(isText ? "text/plain; charset=utf-8" : "application/json");
        }

        AddHeaders(request, payload.Headers);
        request.Headers.Add("X-JobService-Job-Id", context.Id.ToString());
        request.Headers.Add("X-JobService-Attempt", context.Attempt.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-JobService-Max-Attempts", context.MaxAttempts.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("X-JobService-Scheduled-For", (context.Schedule?.DueAt ?? context.RunAt).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
        AddTrace(request);
        if (secret is not null)
            WebhookSignature.Sign(request, secret, context.Id.ToString(), now, body);
        return request;
    }

    private static void Check(HttpRequestPayload payload)
    {
        if (payload.Timeout is { } timeout && (timeout <= TimeSpan.Zero || timeout > TimeoutPolicy.Longest))
            throw Invalid("The timeout is no duration between 1ms and 7d.");
        if (payload.Success is [])
            throw Invalid("'success' lists no status, so no answer could succeed.");
        foreach (var status in (payload.Success ?? []).Concat(payload.Retryable))
        {
            if (status is < 100 or > 599)
                throw Invalid($"{status} is no status of HTTP; they go from 100 to 599.");
        }
    }

    private static Uri UriOf(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0
            ? uri
            : throw Invalid($"'{url}' is not a URL to call: it needs http or https, a host, and no user name.");

    private static HttpMethod MethodOf(HttpRequestPayload payload, byte[]? body)
    {
        var method = payload.Method ?? (body is null ? "GET" : "POST");
        return method.Length is > 0 and <= 32 && method.All(c => char.IsAsciiLetterUpper(c) || c == '-') && method is not ("CONNECT" or "TRACE")
            ? new HttpMethod(method)
            : throw Invalid($"'{method}' is not a method to call with; write GET, POST, PUT, PATCH, DELETE or HEAD.");
    }

    private static void AddHeaders(HttpRequestMessage request, Dictionary<string, string> headers)
    {
        foreach (var (name, value) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
                throw Invalid($"'{name}' is not the name of a header.");
            if (Reserved.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith("x-jobservice-", StringComparison.OrdinalIgnoreCase))
                throw Invalid($"The header '{name}' is set by the service.");
            if (value is null || value.Any(c => c is not '\t' and (< ' ' or > '~')))
                throw Invalid($"The header '{name}' has a value that can't be sent; it may hold visible ASCII, spaces and tabs.");

            // A collection of headers throws when it is asked for one that belongs to the other, so only the one that is preset is removed.
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
                request.Content?.Headers.ContentType = null;
            if (!request.Headers.TryAddWithoutValidation(name, value) && request.Content?.Headers.TryAddWithoutValidation(name, value) is not true)
                throw Invalid($"The header '{name}' belongs to a body, and there is none.");
        }
    }

    /// <summary>A span of this call's own, in the trace of the attempt, or in a new one.</summary>
    private static void AddTrace(HttpRequestMessage request)
    {
        using var call = new Activity("http.request").Start();
        request.Headers.Add("traceparent", call.Id);
        if (call.TraceStateString is { Length: > 0 } traceState)
            request.Headers.TryAddWithoutValidation("tracestate", traceState);
    }

    private static JobFailureException Invalid(string message) => new("payload.invalid", message, isRetryable: false);
}
