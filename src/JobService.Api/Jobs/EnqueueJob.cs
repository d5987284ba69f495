using JobService.Api.Json;
using JobService.Api.Problems;

namespace JobService.Api.Jobs;

internal static class EnqueueJob
{
    /// <summary>Enqueues a job.</summary>
    /// <remarks>
    /// The answer comes after the job is durable. With `Prefer: wait=10` it is held until the job is final, up to 60 s: 200 with the finished
    /// job, or 202 when the wait ran out or could not go on. 503 says whether nothing was stored, or that it is unknown. With an `Idempotency-Key`
    /// the same request again gets the same answer for 24 hours. Where another job holds the key of `unique`, 200 shows that one, `"deduplicated": true`.
    /// </remarks>
    public static async Task<IResult> HandleAsync(JsonBody<EnqueueRequest> body, JobRequestValidator validator, EnqueueAnswers answers, HttpContext context)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (IdempotencyKey.Read(context, body.Bytes).IsRefused(out var badKey, out var call))
            return badKey.ToResult();
        if (await answers.AgainAsync(call.Key, headers.Wait, context) is { } again)
            return again;
        if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        return await answers.EnqueueAsync(job, headers, call.Key, context);
    }
}
