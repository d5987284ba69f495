using JobService.Api.Json;
using JobService.Api.Problems;

namespace JobService.Api.Schedules;

internal static class ListNextRuns
{
    private const int DefaultCount = 10;
    private const int MaxCount = 1_000;

    /// <summary>Lists when a schedule is due next, whether it is paused or not.</summary>
    /// <remarks>
    /// In UTC and in its time zone, with a note where a change of the clocks moves, drops or doubles one: the next 10, or as many as `count` says, up to 1,000. Fewer when it
    /// ends before. 404 when there is no such schedule.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, ScheduleReader reader, HttpContext context)
    {
        if ((await reader.FindAsync(name, context.RequestAborted)).IsRefused(out var unknown, out var schedule))
            return unknown.ToResult();
        if (ScheduleQuery.Read(context.Request.Query, "count", DefaultCount, MaxCount).IsRefused(out var refusal, out var page))
            return refusal.ToResult();
        var answer = new OccurrenceListResponse { Items = OccurrenceResponse.List(schedule.Upcoming(), page.Number, context) };
        return Results.Json(answer, ApiJson.TypeOf<OccurrenceListResponse>());
    }
}
