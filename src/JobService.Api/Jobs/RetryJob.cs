using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.Signals;

namespace JobService.Api.Jobs;

internal static class RetryJob
{
    /// <summary>Runs a final job again: the same job, a new generation.</summary>
    /// <remarks>
    /// Its attempts so far no longer count. A limit on its time that has passed is dropped. One that holds its sequence up runs in its turn; one whose turn is over joins its sequence
    /// behind all others.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string id, JsonBody<RestartRequest> body, IJobStore store, JobReader reader, JobRouter router, SignalHub signals, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (JobRequestValidator.Validate(request, body.Bytes).IsRefused(out var invalid, out var restart))
            return invalid.ToResult();
        if (await PayloadRules.CheckAsync(id, restart.Payload, reader, router, context.RequestAborted) is { } refused)
            return refused.ToResult();

        var after = await reader.AfterAsync(
            id, jobId => store.RestartAsync(jobId, restart, context.Actor(), CancellationToken.None), context.RequestAborted);
        if (after.IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        signals.JobsReady();
        return Results.Json(JobResponse.From(job), ApiJson.TypeOf<JobResponse>());
    }
}
