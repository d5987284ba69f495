using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Schedules;

namespace JobService.Api.Schedules;

internal static class EditSchedule
{
    /// <summary>Changes what is given of a schedule; what is left out stays.</summary>
    /// <remarks>A job that is given replaces the old one as a whole. What is null, such as an end, is as it is by default from now on.</remarks>
    public static async Task<IResult> HandleAsync(
        string name, JsonBody<ScheduleRequest> body, ScheduleRequestValidator validator, IScheduleStore store, ScheduleReader reader, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (ScheduleReader.Name(name).IsRefused(out var unknown, out var parsed))
            return unknown.ToResult();
        if (request == new ScheduleRequest() && NullMembers.Of(body.Bytes).Count == 0)
            return new Refusal.Invalid([new Fault("", "Nothing to change: give at least one of the members of a schedule.")]).ToResult();

        var changed = await store.ChangeAsync(
            parsed,
            (current, now) =>
            {
                if (current is null)
                    return ScheduleReader.NotFound(name);
                if (ScheduleReader.Declared(current) is { } declared)
                    return declared;
                if (validator.Apply(parsed, current.Definition, request, body.Bytes).IsRefused(out var invalid, out var definition))
                    return invalid;
                return PutSchedule.Enable(current.Redefine(definition, now), request.Enabled, now);
            },
            CancellationToken.None);
        return changed.IsRefused(out var refusal, out var schedule)
            ? refusal.ToResult()
            : Results.Json(await reader.ShowAsync(schedule, context), ApiJson.TypeOf<ScheduleResponse>());
    }
}
