using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Jobs;
using JobService.Core.Signals;

namespace JobService.Api.Jobs;

internal static class CancelJob
{
    /// <summary>Cancels a job.</summary>
    /// <remarks>
    /// 200 when it waited, or was cancelled before. 202 when it runs: its handler is asked to stop, and given up when its grace is over.
    /// 409 when it has ended in another way.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string id, JsonBody<CancelRequest> body, IJobStore store, JobReader reader, SignalHub signals, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (JobRequestValidator.Check(request) is { } invalid)
            return invalid.ToResult();

        var (isRequested, isDone) = (false, false);
        var after = await reader.AfterAsync(
            id,
            async jobId =>
            {
                var cancelled = await store.CancelAsync(jobId, request.Reason, context.Actor(), CancellationToken.None);
                isRequested = cancelled.Refusal is null && cancelled.Value == JobCancellation.Requested;
                isDone = cancelled.Refusal is null && cancelled.Value == JobCancellation.Done;
                return cancelled;
            },
            context.RequestAborted);
        if (after.IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        if (isRequested)
            signals.CancelRequested();
        if (isDone)
            signals.HeadsEnded();
        // It may have stopped before it was read again.
        var isAsked = isRequested && job.State != JobState.Cancelled;
        return Results.Json(JobResponse.From(job), ApiJson.TypeOf<JobResponse>(), statusCode: isAsked ? 202 : 200);
    }
}
