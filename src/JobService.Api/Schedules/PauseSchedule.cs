using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class PauseSchedule
{
    private const int MaxReason = 1_024;

    /// <summary>Pauses a schedule: each occurrence is recorded and gets no job. Again, it changes nothing.</summary>
    /// <remarks>Jobs that it has made run on. `reason` is kept and shown. 409 when the schedule has ended; 404 when there is none.</remarks>
    public static async Task<IResult> PauseAsync(string name, JsonBody<PauseRequest> body, IScheduleStore store, ScheduleReader reader, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        if (request.Reason is { Length: > MaxReason } || request.Reason?.Contains('\0', StringComparison.Ordinal) == true)
            faults.Add("/reason", $"Expected at most {MaxReason} characters, none of them NUL.");
        return faults.Any ? faults.ToRefusal().ToResult() : await ChangeAsync(name, (schedule, now) => schedule.Pause(request.Reason, now), store, reader, context);
    }

    /// <summary>Resumes a schedule. It makes up for nothing; a backfill does. Again, it changes nothing.</summary>
    /// <remarks>One that is disabled in the configuration is enabled there.</remarks>
    public static async Task<IResult> ResumeAsync(string name, JsonBody<NoMembers> body, IScheduleStore store, ScheduleReader reader, HttpContext context) =>
        NoMembers.Check(body) is { } problem ? problem : await ChangeAsync(name, (schedule, now) => schedule.Resume(now), store, reader, context);

    private static async Task<IResult> ChangeAsync(
        string name, Func<Schedule, DateTimeOffset, Result<Schedule>> change, IScheduleStore store, ScheduleReader reader, HttpContext context)
    {
        if (ScheduleReader.Name(name).IsRefused(out var unknown, out var parsed))
            return unknown.ToResult();
        var changed = await store.ChangeAsync(parsed, (current, now) => current is null ? ScheduleReader.NotFound(name) : change(current, now), CancellationToken.None);
        return changed.IsRefused(out var refusal, out var schedule)
            ? refusal.ToResult()
            : Results.Json(await reader.ShowAsync(schedule, context), ApiJson.TypeOf<ScheduleResponse>());
    }
}
