using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class ListJobs
{
    /// <summary>Lists jobs, newest first.</summary>
    /// <remarks>
    /// Parameters: `state` (a comma list), `type` (with `*` and `?`), `queue`, `tag=key:value` (again for each tag), `worker`,
    /// `schedule`, `createdFrom`, `createdTo`, `limit` (1–200, default 50), and `cursor`: the `nextCursor` of the page before, with the same filter.
    /// A search takes two seconds at most, however many jobs there are: a page that is not full by then is `partial`, and its `nextCursor` goes on from there.
    /// </remarks>
    public static async Task<IResult> HandleAsync(HttpContext context, IJobQueries queries)
    {
        if (JobListParameters.Parse(context.Request.Query).IsRefused(out var refusal, out var parameters))
            return refusal.ToResult();

        var page = await queries.ListAsync(parameters.Filter, parameters.Before, parameters.Limit, context.RequestAborted);
        var answer = new JobListResponse
        {
            Items = [.. page.Items.Select(JobResponse.From)],
            NextCursor = page.Next is { } next ? JobCursor.Write(next, parameters.Filter) : null,
            Partial = page.IsPartial,
            SearchedTo = page.SearchedTo,
        };
        return Results.Json(answer, ApiJson.TypeOf<JobListResponse>());
    }
}
