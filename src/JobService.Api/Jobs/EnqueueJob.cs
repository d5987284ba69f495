using System.Data.Common;
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
    /// job, or 202 when the wait ran out or could not go on. 503 says whether nothing was stored, or that it is unknown.
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
        var current = await FindAsync(job.Id, reader, context.RequestAborted);
        return isFinal && current is not null
            ? Results.Json(JobResponse.From(current), ApiJson.TypeOf<JobResponse>(), statusCode: 200).At(location)
            : Results.Json(JobResponse.From(current ?? Job.Of(job, enqueued)), ApiJson.TypeOf<JobResponse>(), statusCode: 202).At(location, 1);
    }

    /// <summary>The job as it stands; null where that can't be told. It is stored all the same, and the caller must learn its id.</summary>
    private static async Task<Job?> FindAsync(JobId id, JobReader reader, CancellationToken cancellationToken)
    {
        try
        {
            return (await reader.FindAsync(id, cancellationToken)).Value;
        }
        catch (DbException)
        {
            return null;
        }
    }
}
