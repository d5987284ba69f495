using System.Globalization;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Jobs;

internal static class EnqueueJobs
{
    public const string NdJson = "application/x-ndjson";

    /// <summary>Of the JSON form; the streamed form has no limit.</summary>
    public const long MaxBodyBytes = 64 * 1024 * 1024;

    /// <summary>Enqueues many jobs.</summary>
    /// <remarks>
    /// As JSON `{"jobs": […]}`, up to 10,000, all or none. Or as `application/x-ndjson`, one job a line, without limit: each is stored by
    /// itself, and the answer is streamed back with a line for each: `{"index", "status", "id"}` or `{"index", "status", "problem"}`.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        HttpContext context, JobRequestValidator validator, JobEnqueuer enqueuer, IOptions<ApiOptions> options)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        var isStreamed = IsNdJson(context.Request.ContentType);
        if (!Acceptable.Is(isStreamed ? NdJson : "application/json", context.Request.Headers.Accept))
            return ProblemResult.Of(ProblemKind.NotAcceptable, "The answer is of the type of the body.");
        if (isStreamed)
        {
            return JsonMediaType.IsPlainText(context.Request)
                ? new StreamedEnqueue(validator, enqueuer, headers)
                : ProblemResult.Of(ProblemKind.UnsupportedMediaType, $"Send {NdJson} in UTF-8, not compressed.");
        }

        var body = (await JsonBody<BulkEnqueueRequest>.BindAsync(context, null!))!;
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var jobs))
            return refusal.ToResult();
        if (TooLong(jobs, options.Value.MaxBodyBytes) is { } tooLong)
            return tooLong.ToResult();
        if ((await enqueuer.EnqueueAllAsync(jobs, context.RequestAborted)).IsRefused(out refusal, out var enqueued))
            return refusal.ToResult();

        var items = enqueued.Select(job => new BulkEnqueuedItem { Id = job.Id.ToString(), Deduplicated = false });
        return Results.Json(new BulkEnqueueResponse { Items = [.. items] }, ApiJson.TypeOf<BulkEnqueueResponse>(), statusCode: 201);
    }

    /// <summary>No payload may be longer among others than it may be alone.</summary>
    private static Refusal.TooLarge? TooLong(IReadOnlyList<NewJob> jobs, int limit)
    {
        for (var i = 0; i < jobs.Count; i++)
        {
            if (jobs[i].Payload.Length > limit)
                return new Refusal.TooLarge(string.Create(CultureInfo.InvariantCulture, $"The payload at /jobs/{i} is longer than {limit} bytes."));
        }

        return null;
    }

    private static bool IsNdJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals(NdJson, StringComparison.OrdinalIgnoreCase);
}
