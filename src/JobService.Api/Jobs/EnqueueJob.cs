using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

internal static class EnqueueJob
{
    /// <summary>Enqueues a job.</summary>
    /// <remarks>
    /// The answer comes after the job is durable. With `Prefer: wait=10` it is held until the job is final, up to 60 s: 200 with the finished
    /// job, or 202 when the wait ran out. 503 means that it is unknown whether the job was stored.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        JsonBody<EnqueueRequest> body, JobRequestValidator validator, JobEnqueuer enqueuer, JobReader reader, FinalJobWatch finals, HttpContext context)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        return await AnswerAsync(job, headers, enqueuer, reader, finals, context);
    }

    /// <summary>Enqueues a job that is valid and answers with it, or with what became of it when the caller waits.</summary>
    public static async Task<IResult> AnswerAsync(
        NewJob job, EnqueueHeaders headers, JobEnqueuer enqueuer, JobReader reader, FinalJobWatch finals, HttpContext context)
    {
        if ((await enqueuer.EnqueueAsync(job)).IsRefused(out var refusal, out var enqueued))
            return refusal.ToResult();

        // From here on the job is safe: whatever happens to this request, it runs.
        var location = $"/api/v1/jobs/{job.Id}";
        if (headers.Wait is not { } wait)
            return Results.Json(JobResponse.From(Job.Of(job, enqueued)), ApiJson.TypeOf<JobResponse>(), statusCode: 201).At(location);

        PreferWait.Applied(context, wait);
        var isFinal = await finals.WaitAsync(job.Id, wait, context.RequestAborted);
        if ((await reader.FindAsync(job.Id, context.RequestAborted)).IsRefused(out refusal, out var current))
            return refusal.ToResult();
        return Results.Json(JobResponse.From(current), ApiJson.TypeOf<JobResponse>(), statusCode: isFinal ? 200 : 202).At(location, isFinal ? null : 1);
    }
}
