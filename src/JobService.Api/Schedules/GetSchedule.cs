using JobService.Api.Json;
using JobService.Api.Problems;

namespace JobService.Api.Schedules;

internal static class GetSchedule
{
    /// <summary>Shows a schedule: its rule in words, when it is due next, and what became of its last occurrence.</summary>
    /// <remarks>
    /// The words are in the language that `Accept-Language` asks for, English or Chinese. 404 when there is no such schedule; 503 when a later version of the service has written
    /// it, which this one can't read.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, ScheduleReader reader, HttpContext context) =>
        (await reader.FindAsync(name, context.RequestAborted)).IsRefused(out var refusal, out var schedule)
            ? refusal.ToResult()
            : Results.Json(await reader.ShowAsync(schedule, context), ApiJson.TypeOf<ScheduleResponse>());
}
