using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class ErasePayload
{
    /// <summary>Erases the payload and the result of a final job; the rest of it stays.</summary>
    public static async Task<IResult> HandleAsync(string id, IJobStore store, JobReader reader, HttpContext context)
    {
        var after = await reader.AfterAsync(id, jobId => store.EraseAsync(jobId, context.Actor(), CancellationToken.None), context.RequestAborted);
        return after.IsRefused(out var refusal, out _) ? refusal.ToResult() : Results.NoContent();
    }
}
