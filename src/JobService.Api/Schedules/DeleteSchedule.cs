using JobService.Api.Problems;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class DeleteSchedule
{
    /// <summary>Removes a schedule. Its jobs stay.</summary>
    /// <remarks>One that is declared in the configuration comes back when a process starts that declares it.</remarks>
    public static async Task<IResult> HandleAsync(string name, IScheduleStore store)
    {
        if (ScheduleReader.Name(name).IsRefused(out var refusal, out var parsed))
            return refusal.ToResult();
        return await store.DeleteAsync(parsed, CancellationToken.None) ? Results.NoContent() : ScheduleReader.NotFound(name).ToResult();
    }
}
