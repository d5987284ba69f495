using System.Globalization;
using System.Text.Json;
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
    /// itself, and the answer is streamed back with a line for each: `{"index", "status", "id"}` or `{"index", "status", "problem"}`; the status is
    /// 201, or 200 with the id of the job that holds the unique key. An `Idempotency-Key` goes with JSON only.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        HttpContext context, JobRequestValidator validator, JobEnqueuer enqueuer, EnqueueAnswers answers, IOptions<ApiOptions> options)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        var isStreamed = IsNdJson(context.Request.ContentType);
        if (!Acceptable.Is(isStreamed ? NdJson : "application/json", context.Request.Headers.Accept))
            return ProblemResult.Of(ProblemKind.NotAcceptable, "The answer is of the type of the body.");
        if (isStreamed && context.Request.Headers.ContainsKey(IdempotencyKey.Header))
            return new Refusal.Invalid([new Fault(IdempotencyKey.Header, "No answer is kept of a stream: leave the header out, or give each line a unique key.")]).ToResult();
        if (isStreamed)
        {
            return JsonMediaType.IsPlainText(context.Request)
                ? new StreamedEnqueue(validator, enqueuer, headers)
                : ProblemResult.Of(ProblemKind.UnsupportedMediaType, $"Send {NdJson} in UTF-8, not compressed.");
        }

        var body = (await JsonBody<BulkEnqueueRequest>.BindAsync(context, null!))!;
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (IdempotencyKey.Read(context, body.Bytes).IsRefused(out var badKey, out var call))
            return badKey.ToResult();
        if (await answers.AgainAsync(call.Key, wait: null, context) is { } again)
            return again;
        if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var jobs))
            return refusal.ToResult();
        if (TooLong(jobs, options.Value.MaxBodyBytes) is { } tooLong)
            return tooLong.ToResult();
        if (call.Key is { } key)
        {
            var once = await enqueuer.EnqueueOnceAsync(jobs, key, (stored, _) => Task.FromResult(Result.Of(Keep(stored))));
            return once.IsRefused(out refusal, out var answer) ? refusal.ToResult() : await answers.ShowAsync(answer, wait: null, context);
        }

        return (await enqueuer.EnqueueAllAsync(jobs, context.RequestAborted)).IsRefused(out refusal, out var enqueued)
            ? refusal.ToResult()
            : Results.Json(Describe(enqueued), ApiJson.TypeOf<BulkEnqueueResponse>(), statusCode: 201);
    }

    private static BulkEnqueueResponse Describe(IReadOnlyList<EnqueuedJob> enqueued) =>
        new() { Items = [.. enqueued.Select(job => new BulkEnqueuedItem { Id = job.Id.ToString(), Deduplicated = job.IsDeduplicated })] };

    private static KeptAnswer Keep(IReadOnlyList<EnqueuedJob> enqueued) =>
        new(StatusCodes.Status201Created, Job: null, JsonSerializer.SerializeToUtf8Bytes(Describe(enqueued), ApiJson.TypeOf<BulkEnqueueResponse>()));

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
