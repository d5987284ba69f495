using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class ListSchedules
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Lists schedules by name.</summary>
    /// <remarks>
    /// Each as `GET /schedules/{name}` shows it. A page has 50 unless `limit` says otherwise, and `nextCursor` leads to the next one; 400 for a cursor that is none.
    /// </remarks>
    public static async Task<IResult> HandleAsync(IScheduleQueries queries, ScheduleReader reader, HttpContext context)
    {
        if (ScheduleQuery.Read(context.Request.Query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        ScheduleName? after = null;
        if (page.Cursor is { } cursor)
        {
            if (!ScheduleName.TryParse(cursor, out var last))
                return ScheduleQuery.BadCursor.ToResult();
            after = last;
        }

        // One more than asked for tells whether there is a next page.
        var schedules = await queries.ListAsync(after, page.Number + 1, context.RequestAborted);
        var items = await reader.ShowAsync([.. schedules.Take(page.Number)], context);
        var answer = new ScheduleListResponse { Items = items, NextCursor = schedules.Count > items.Count ? items[^1].Name : null };
        return Results.Json(answer, ApiJson.TypeOf<ScheduleListResponse>());
    }
}
