using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

internal static class GetResult
{
    /// <summary>Shows a job's result, as the handler gave it.</summary>
    /// <remarks>202 while the job is not final; with `Prefer: wait=30` the answer is held until it is. 409 when it failed or was cancelled.</remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, FinalJobWatch finals, HttpContext context)
    {
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

        return job switch
        {
            { State: JobState.Failed or JobState.Cancelled } => ProblemMapping.NoResult(job),
            { State: not JobState.Succeeded } => Results.StatusCode(StatusCodes.Status202Accepted).At($"/api/v1/jobs/{job.Id}/result", 1),
            { IsResultGone: true } => new Refusal.Gone($"The result of job {job.Id} is no longer kept.").ToResult(),
            _ => Results.Json(new RawJson(job.Result), ApiJson.TypeOf<RawJson>()),
        };
    }
}
