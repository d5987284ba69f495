using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Enqueueing;
using JobService.Core.Schedules;
using JobService.Core.Signals;

namespace JobService.Api.Schedules;

internal static class TriggerSchedule
{
    /// <summary>Makes a job of a schedule now, whatever its state. It is no occurrence: those keep their times, and `overlap` counts its job.</summary>
    /// <remarks>
    /// 201 with the job; `runs` tells of it as a trigger. With an `Idempotency-Key` the same request again gets the same answer, and 409 while the first one is under way. 404
    /// when there is no such schedule.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string name, JsonBody<NoMembers> body, IScheduleStore store, IScheduleTrigger once, EnqueueAnswers answers, SignalHub signals, HttpContext context)
    {
        if (NoMembers.Check(body) is { } problem)
            return problem;
        if (IdempotencyKey.Read(context, body.Bytes).IsRefused(out var badKey, out var call))
            return badKey.ToResult();
        if (await answers.AgainAsync(call.Key, wait: null, context) is { } again)
            return again;
        if (ScheduleReader.Name(name).IsRefused(out var unknown, out var parsed))
            return unknown.ToResult();
        if (call.Key is { } key)
        {
            var kept = await once.TriggerOnceAsync(parsed, context.Actor(), key, made => EnqueueAnswers.Keep(made, isDeduplicated: false), CancellationToken.None);
            if (kept.IsRefused(out var why, out var answer))
                return why.ToResult();
            signals.JobsReady();
            return await answers.ShowAsync(answer, wait: null, context);
        }

        if ((await store.TriggerAsync(parsed, context.Actor(), CancellationToken.None)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        signals.JobsReady();
        return Results.Json(JobResponse.From(job), ApiJson.TypeOf<JobResponse>(), statusCode: 201).At($"/api/v1/jobs/{job.Id}");
    }
}
