using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

internal static class GetJob
{
    /// <summary>Shows a job.</summary>
    /// <remarks>With `Prefer: wait=30` the answer is held until the job is final, up to 60 s. With `If-None-Match`, 304 when nothing has changed.</remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, FinalJobWatch finals, HttpContext context)
    {
        if (ETagCondition.IfNoneMatch(context.Request.Headers).IsRefused(out var malformed, out var known))
            return malformed.ToResult();
        if (PreferWait.Read(context.Request.Headers).IsRefused(out var badHeader, out var prefer))
            return badHeader.ToResult();
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        if (!job.State.IsFinal() && prefer.Wait is { } wait)
        {
            PreferWait.Applied(context, wait);
            await finals.WaitAsync(job.Id, wait, context.RequestAborted);
            if ((await reader.FindAsync(job.Id, context.RequestAborted)).IsRefused(out refusal, out job))
                return refusal.ToResult();
        }

        var shown = JobResponse.From(job);
        var tag = JobETag.Of(job, shown);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "no-cache";
        return known.Names(tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Json(shown, ApiJson.TypeOf<JobResponse>());
    }
}
