using System.Globalization;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class ListRuns
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;

    /// <summary>Lists what became of each occurrence of a schedule, newest first: its job, or why it has none.</summary>
    /// <remarks>
    /// Triggers are among them. A page has 50 unless `limit` says otherwise, and `nextCursor` leads to the next one; 400 for a cursor that is none, 404 when there is no such
    /// schedule.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, IScheduleQueries queries, ScheduleReader reader, HttpContext context)
    {
        if ((await reader.FindAsync(name, context.RequestAborted)).IsRefused(out var unknown, out var schedule))
            return unknown.ToResult();
        if (ScheduleQuery.Read(context.Request.Query, "limit", DefaultLimit, MaxLimit).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        (DateTimeOffset, RunKind)? before = null;
        if (page.Cursor is { } cursor)
        {
            if (cursor.Split('.') is not [var ticks, var kind] || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) || at > DateTime.MaxValue.Ticks
                || kind is not ("0" or "1"))
            {
                return ScheduleQuery.BadCursor.ToResult();
            }

            before = (new DateTimeOffset(at, TimeSpan.Zero), kind is "1" ? RunKind.Trigger : RunKind.Occurrence);
        }

        // One more than asked for tells whether there is a next page.
        var runs = await queries.RunsAsync(schedule.Name, before, page.Number + 1, context.RequestAborted);
        var shown = runs.Take(page.Number).ToArray();
        var answer = new RunListResponse
        {
            Items = Array.ConvertAll(shown, RunResponse.From),
            NextCursor = runs.Count > shown.Length ? string.Create(CultureInfo.InvariantCulture, $"{shown[^1].DueAt.UtcTicks}.{(int)shown[^1].Kind}") : null,
        };
        return Results.Json(answer, ApiJson.TypeOf<RunListResponse>());
    }
}
