using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;

namespace JobService.Api.Jobs;

internal static class EditJob
{
    /// <summary>Changes a job that isn't running: its time, priority, queue, payload or tags.</summary>
    /// <remarks>With `If-Match` only the version that the caller knows is changed; 412 when it is another by now.</remarks>
    public static async Task<IResult> HandleAsync(
        string id, JsonBody<EditRequest> body, IJobStore store, JobReader reader, JobRouter router, SignalHub signals, HttpContext context)
    {
        if (ETagCondition.IfMatch(context.Request.Headers).IsRefused(out var malformed, out var condition))
            return malformed.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (JobRequestValidator.Validate(request, body.Bytes).IsRefused(out var invalid, out var edit))
            return invalid.ToResult();
        if (await PayloadRules.CheckAsync(id, edit.Payload, reader, router, context.RequestAborted) is { } refused)
            return refused.ToResult();

        if (condition is { IsGiven: true, IsAny: false })
        {
            if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var missing, out var before))
                return missing.ToResult();
            if (!condition.Names(JobETag.Of(before, JobResponse.From(before))))
                return new Refusal.PreconditionFailed($"Job {before.Id} has changed since you read it.").ToResult();
            edit = edit with { ExpectedRevision = before.Revision };
        }

        var after = await reader.AfterAsync(id, jobId => store.EditAsync(jobId, edit, context.Actor(), CancellationToken.None), context.RequestAborted);
        if (after.IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        if (job.State == JobState.Queued)
            signals.JobsReady();
        var shown = JobResponse.From(job);
        context.Response.Headers.ETag = JobETag.Of(job, shown).ToString();
        return Results.Json(shown, ApiJson.TypeOf<JobResponse>());
    }
}
