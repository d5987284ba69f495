using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class PutSchedule
{
    /// <summary>Creates a schedule, or replaces it.</summary>
    /// <remarks>
    /// 201 when there was none of that name, else 200. What was due before is decided as the schedule was then; the new one never fires for the past. The same interval keeps its
    /// step, and the same schedule again changes nothing. What is left out is as it is by default, but for `enabled`: a paused schedule stays paused.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string name, JsonBody<ScheduleRequest> body, ScheduleRequestValidator validator, IScheduleStore store, ScheduleReader reader, HttpContext context)
    {
        if (!ScheduleName.TryParse(name, out var parsed))
            return new Refusal.Invalid([new Fault("name", $"Expected a name that matches {NamePattern.Expression}.")]).ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (validator.Validate(parsed, request, body.Bytes).IsRefused(out var invalid, out var definition))
            return invalid.ToResult();

        var isNew = false;
        var saved = await store.ChangeAsync(
            parsed,
            (current, now) =>
            {
                isNew = current is null;
                return ScheduleReader.Declared(current) ?? Enable(current?.Redefine(definition, now) ?? Schedule.Create(parsed, definition, now), request.Enabled, now);
            },
            CancellationToken.None);
        if (saved.IsRefused(out var refusal, out var schedule))
            return refusal.ToResult();
        var answer = Results.Json(await reader.ShowAsync(schedule, context), ApiJson.TypeOf<ScheduleResponse>(), statusCode: isNew ? 201 : 200);
        return isNew ? answer.At($"/api/v1/schedules/{parsed}") : answer;
    }

    /// <summary>Pauses or resumes what is to be, if anything was said.</summary>
    public static Result<Schedule> Enable(Result<Schedule> changed, bool? isEnabled, DateTimeOffset now)
    {
        if (changed.IsRefused(out _, out var schedule))
            return changed;
        return (isEnabled, schedule.State) switch
        {
            (false, ScheduleState.Active) => schedule.Pause(because: null, now),
            (true, ScheduleState.Paused) => schedule.Resume(now),
            _ => schedule,
        };
    }
}
