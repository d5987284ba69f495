using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Schedules;
using JobService.Core.Signals;

namespace JobService.Api.Schedules;

internal static class BackfillSchedule
{
    private const int DefaultMax = 100;
    private const int MostJobs = 1_000;

    /// <summary>Makes a job for each past occurrence that has none. Again, it makes none.</summary>
    /// <remarks>
    /// Of those from `from` to `to`, the first ones first, up to `max` (100, at most 1,000): `goOnFrom` says where the next call is to begin, and is null when that was all.
    /// `hadJobs` says how many had one. 422 when `from` or `to` is missing or they are the wrong way round; 404 when there is no such schedule.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, JsonBody<BackfillRequest> body, IScheduleStore store, SignalHub signals, HttpContext context)
    {
        if (ScheduleReader.Name(name).IsRefused(out var unknown, out var parsed))
            return unknown.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;

        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var (from, to) = (faults.Time("/from", request.From), faults.Time("/to", request.To));
        var max = faults.Number("/max", request.Max, 1, MostJobs) ?? DefaultMax;
        foreach (var (pointer, isGiven) in new[] { ("/from", request.From is not null), ("/to", request.To is not null) })
        {
            if (!isGiven)
                faults.Add(pointer, "Which occurrences? Give from and to.");
        }

        if (to < from)
            faults.Add("/to", "Expected a time that is not before from.");
        if (faults.Any)
            return faults.ToRefusal().ToResult();

        var filled = await store.BackfillAsync(parsed, from!.Value, to!.Value, max, context.Actor(), CancellationToken.None);
        if (filled.IsRefused(out var refusal, out var backfill))
            return refusal.ToResult();
        if (backfill.Jobs.Count > 0)
            signals.JobsReady();
        var answer = new BackfillResponse { Items = [.. backfill.Jobs.Select(JobResponse.From)], HadJobs = backfill.HadJobs, GoOnFrom = backfill.GoOnFrom };
        return Results.Json(answer, ApiJson.TypeOf<BackfillResponse>());
    }
}
