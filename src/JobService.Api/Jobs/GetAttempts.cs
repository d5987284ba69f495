using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class GetAttempts
{
    /// <summary>Lists a job's attempts, first to last, with their errors and stacks.</summary>
    /// <remarks>
    /// Each with its worker, its times, how it ended, and the error and the stack of one that failed; the one that runs now is the last. The list is empty before the first
    /// attempt. 404 when there is no such job, 410 when retention has removed it.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, IJobQueries queries, HttpContext context)
    {
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        var ended = await queries.EndedAttemptsAsync(job.Id, context.RequestAborted);
        var items = ended.Select(AttemptResponse.Of).ToList();
        if (Last(job, ended) is { } last)
            items.Add(last);
        return Results.Json(new AttemptListResponse { Items = items }, ApiJson.TypeOf<AttemptListResponse>());
    }

    /// <summary>The attempt that the job itself tells of: the one that runs, or the one that ended it well.</summary>
    private static AttemptResponse? Last(Job job, IReadOnlyList<EndedAttempt> ended)
    {
        var outcome = job.State switch
        {
            JobState.Running => "running",
            JobState.Succeeded => "succeeded",
            JobState.Cancelled => "cancelled",
            _ => null,
        };
        return outcome is null || job.StartedAt is not { } startedAt || ended.Any(attempt => attempt.Attempt == job.Attempt) ? null : new AttemptResponse
        {
            Attempt = job.Attempt,
            Outcome = outcome,
            Worker = job.Worker,
            StartedAt = startedAt,
            FinishedAt = job.FinishedAt,
            Error = null,
            Stack = null,
        };
    }
}
