using JobService.Api.Problems;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class DeleteSchedule
{
    /// <summary>Removes a schedule. Its jobs stay.</summary>
    /// <remarks>One that is declared in the configuration is removed there.</remarks>
    public static async Task<IResult> HandleAsync(string name, IScheduleStore store, ScheduleReader reader, HttpContext context)
    {
        if (ScheduleReader.Name(name).IsRefused(out var refusal, out var parsed))
            return refusal.ToResult();
        if (await store.DeleteAsync(parsed, isDeclared: false, CancellationToken.None))
            return Results.NoContent();
        return (await reader.FindAsync(name, context.RequestAborted)).IsRefused(out refusal, out var schedule)
            ? refusal.ToResult()
            : (ScheduleReader.Declared(schedule) ?? ScheduleReader.NotFound(name)).ToResult();
    }
}
