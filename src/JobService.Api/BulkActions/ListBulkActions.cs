using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Schedules;
using JobService.Core.BulkActions;

namespace JobService.Api.BulkActions;

internal static class ListBulkActions
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Lists bulk actions, newest first. They are kept as long as jobs are.</summary>
    /// <remarks>
    /// Each with how far it is, as `GET /bulk-actions/{id}` shows it. A page has 50 unless `limit` says otherwise, and `nextCursor` leads to the next one; 400 for a cursor that
    /// is none.
    /// </remarks>
    public static async Task<IResult> HandleAsync(IBulkActionStore store, HttpContext context)
    {
        if (ScheduleQuery.Read(context.Request.Query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        BulkActionId? before = null;
        if (page.Cursor is { } cursor)
        {
            if (!BulkActionId.TryParse(cursor, out var last))
                return ScheduleQuery.BadCursor.ToResult();
            before = last;
        }

        // One more than asked for tells whether there is a next page.
        var actions = await store.ListAsync(before, page.Number + 1, context.RequestAborted);
        var items = actions.Take(page.Number).Select(BulkActionResponse.From).ToArray();
        var answer = new BulkActionListResponse { Items = items, NextCursor = actions.Count > items.Length ? items[^1].Id : null };
        return Results.Json(answer, ApiJson.TypeOf<BulkActionListResponse>());
    }
}
