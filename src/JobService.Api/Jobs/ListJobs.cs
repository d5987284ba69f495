using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class ListJobs
{
    /// <summary>Lists jobs, newest first.</summary>
    /// <remarks>
    /// Parameters: `state` (a comma list), `type` (with `*` and `?`), `queue`, `tag=key:value` (again for each tag), `worker`,
    /// `createdFrom`, `createdTo`, `limit` (1–200, default 50), and `cursor`: the `nextCursor` of the page before, with the same filter.
    /// </remarks>
    public static async Task<IResult> HandleAsync(HttpContext context, IJobQueries queries)
    {
        if (JobListParameters.Parse(context.Request.Query).IsRefused(out var refusal, out var parameters))
            return refusal.ToResult();

        // One more than asked for tells whether there is a next page.
        var jobs = await queries.ListAsync(parameters.Filter, parameters.Before, parameters.Limit + 1, context.RequestAborted);
        var page = jobs.Take(parameters.Limit).ToArray();
        var answer = new JobListResponse
        {
            Items = Array.ConvertAll(page, JobResponse.From),
            NextCursor = jobs.Count > page.Length ? JobCursor.Write(page[^1].Id, parameters.Filter) : null,
        };
        return Results.Json(answer, ApiJson.TypeOf<JobListResponse>());
    }
}
