using System.Globalization;
using System.Net.Http.Headers;
using JobService.Core.Handlers;
using JobService.Core.Timeouts;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Handlers.Http;

/// <summary>Calls a URL. What the answer's status says decides: done, again later, or never.</summary>
[Job("http.request")]
internal sealed class HttpRequestHandler(
    OutgoingHttp http, IOptions<HttpRequestOptions> options, IOptions<HandlerOptions> handlerOptions, TimeProvider clock)
    : IJobHandler<HttpRequestPayload, RawResult>
{
    public async Task<JobOutcome<RawResult>> HandleAsync(HttpRequestPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        using var request = HttpRequestMessages.Make(payload, context, options.Value.SecretBytes(), clock.GetUtcNow());
        var within = payload.Timeout ?? options.Value.Timeout;
        using var timeout = new CancellationTokenSource(within, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var response = await http.SendAsync(request, linked.Token);
            var body = await HttpAnswer.ReadAsync(
                response.Content, options.Value.MaxResponseBytes, handlerOptions.Value.MaxResultBytes, linked.Token);
            return Judge(payload, response, body);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Our own time-out, or the shorter one of connecting, which is told as a cancellation too.
            return JobOutcome.Fail("http.timeout", timeout.IsCancellationRequested
                ? $"{request.RequestUri} did not answer within {DurationText.Format(within)}."
                : $"{request.RequestUri} did not accept a connection in time.");
        }
        catch (HttpRequestException e) when (e.InnerException is RefusedAddressException refused)
        {
            return JobOutcome.FailForGood("http.refused-address", refused.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            return JobOutcome.Fail("http.connection", $"{request.RequestUri}: {e.Message}");
        }
    }

    private JobOutcome<RawResult> Judge(HttpRequestPayload payload, HttpResponseMessage response, RawResult body)
    {
        var status = (int)response.StatusCode;
        if (payload.Success is { } success ? success.Contains(status) : response.IsSuccessStatusCode)
            return body;

        var type = string.Create(CultureInfo.InvariantCulture, $"http.{status}");
        var message = $"{payload.Url} answered {status} {response.ReasonPhrase}: {Excerpt(body)}";
        return status is 429 or >= 500 || payload.Retryable.Contains(status)
            ? JobOutcome.Fail(type, message, RetryAfter(response.Headers.RetryAfter))
            : JobOutcome.FailForGood(type, message);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };

    private static string Excerpt(RawResult body)
    {
        const int maxLength = 500;
        var text = System.Text.Encoding.UTF8.GetString(body.Utf8Json.Span);
        return text.Length <= maxLength ? text : string.Concat(text.AsSpan(0, maxLength), "…");
    }
}
