using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Schedules;
using JobService.Core.Limits;

namespace JobService.Api.Limits;

internal static class ListLimits
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Lists limits by key.</summary>
    /// <remarks>
    /// Those that were PUT, with how much runs under each. A page has 50 unless `limit` says otherwise, and `nextCursor` leads to the next one; 400 for a cursor that is none.
    /// </remarks>
    public static async Task<IResult> HandleAsync(ILimitQueries queries, HttpContext context)
    {
        if (ScheduleQuery.Read(context.Request.Query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        LimitPattern? after = null;
        if (page.Cursor is { } cursor)
        {
            if (!LimitPattern.TryParse(cursor, out var last))
                return ScheduleQuery.BadCursor.ToResult();
            after = last;
        }

        // One more than asked for tells whether there is a next page.
        var limits = await queries.ListAsync(after, page.Number + 1, context.RequestAborted);
        var items = limits.Take(page.Number).Select(LimitResponse.From).ToArray();
        var answer = new LimitListResponse { Items = items, NextCursor = limits.Count > items.Length ? items[^1].Key : null };
        return Results.Json(answer, ApiJson.TypeOf<LimitListResponse>());
    }
}
