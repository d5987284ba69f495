using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Schedules;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;

namespace JobService.Api.JobTypes;

internal static class ListJobTypes
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Lists job types by name: all that have had a job, are handled by a live worker, or have defaults or a schema.</summary>
    /// <remarks>
    /// Each with its defaults and the workers that handle it now, but without its timings, which `GET /job-types/{type}` has. A page has 50 unless `limit` says otherwise, and
    /// `nextCursor` leads to the next one; 400 for a cursor that is none.
    /// </remarks>
    public static async Task<IResult> HandleAsync(IJobTypeQueries types, JobTypeReader reader, HttpContext context)
    {
        if (ScheduleQuery.Read(context.Request.Query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        JobType? after = null;
        if (page.Cursor is { } cursor)
        {
            if (!JobType.TryParse(cursor, out var last))
                return ScheduleQuery.BadCursor.ToResult();
            after = last;
        }

        // One more than asked for tells whether there is a next page.
        var names = await types.NamesAsync(after, page.Number + 1, context.RequestAborted);
        var kept = (await types.SettingsAsync(context.RequestAborted)).ToDictionary(settings => settings.Type);
        var handledBy = await reader.HandlersAsync(context.RequestAborted);
        var items = names.Take(page.Number)
            .Select(name => JobTypeItemResponse.From(kept.GetValueOrDefault(name) ?? new JobTypeSettings { Type = name }, [.. handledBy[name.Name]])).ToArray();
        var answer = new JobTypeListResponse { Items = items, NextCursor = names.Count > items.Length ? items[^1].Type : null };
        return Results.Json(answer, ApiJson.TypeOf<JobTypeListResponse>());
    }
}
