using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;

namespace JobService.Api.Jobs;

internal static class DeleteJob
{
    /// <summary>Removes a job that isn't running, with everything that is known of it.</summary>
    /// <remarks>
    /// Its payload, result, attempts and timeline go with it, for good; where others of its sequence wait for it, they go on. 409 while it runs: cancel it first. 404 when there
    /// is no such job, 410 when retention has removed it already. To keep the job and forget what it is about, erase its payload.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string id, IJobStore store, JobReader reader, SignalHub signals, HttpContext context)
    {
        if (!JobId.TryParse(id, out var jobId))
            return (await reader.FindAsync(id, context.RequestAborted)).Refusal!.ToResult();
        if (!(await store.DeleteAsync(jobId, CancellationToken.None)).IsRefused(out var refusal, out _))
        {
            signals.HeadsEnded();
            return Results.NoContent();
        }

        // Unknown or pruned: the reading tells which.
        var why = refusal is Refusal.NotFound ? (await reader.FindAsync(jobId, context.RequestAborted)).Refusal : null;
        return (why ?? refusal).ToResult();
    }
}
