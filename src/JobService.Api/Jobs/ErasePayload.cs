using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class ErasePayload
{
    /// <summary>Erases the payload and the result of a final job; the rest of it stays.</summary>
    /// <remarks>
    /// For what must not be kept: its state, attempts and timeline stay, its `payload` is null from now on, and its result is gone (410). Nothing brings them back; a retry or a
    /// replay takes a new payload. Again, it changes nothing. 409 while the job isn't final.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string id, IJobStore store, JobReader reader, HttpContext context)
    {
        var after = await reader.AfterAsync(id, jobId => store.EraseAsync(jobId, context.Actor(), CancellationToken.None), context.RequestAborted);
        return after.IsRefused(out var refusal, out _) ? refusal.ToResult() : Results.NoContent();
    }
}
