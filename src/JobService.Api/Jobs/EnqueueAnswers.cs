using System.Data.Common;
using System.Text.Json;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

/// <summary>
/// Answers whoever enqueues a job: with the job, with the one that holds its unique key, with what became of it where the caller waits; and whoever sends the same
/// request again as before.
/// </summary>
internal sealed class EnqueueAnswers(JobEnqueuer enqueuer, IKeyedJobStore store, JobReader reader, FinalJobWatch finals)
{
    /// <summary>Enqueues a job that is valid.</summary>
    public Task<IResult> EnqueueAsync(NewJob job, EnqueueHeaders headers, RequestKey? request, HttpContext context) =>
        request is null ? EnqueueAsync(job, headers.Wait, context) : EnqueueOnceAsync(job, headers.Wait, request, context);

    /// <summary>Answers a request that came before, whatever has become of things since; null where it did not.</summary>
    public async Task<IResult?> AgainAsync(RequestKey? request, TimeSpan? wait, HttpContext context)
    {
        if (request is null || await store.FindAnswerAsync(request, context.RequestAborted) is not { } found)
            return null;
        return found.IsRefused(out var refusal, out var answer) ? refusal.ToResult() : await ShowAsync(answer, wait, context);
    }

    /// <summary>Shows an answer that is kept; to a caller who waits, its job as it stands then.</summary>
    public async Task<IResult> ShowAsync(KeptAnswer answer, TimeSpan? wait, HttpContext context)
    {
        if (answer.IsReplayed)
            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        if (answer.Job is not { } id)
            return new KeptResult(answer);
        return wait is { } time && await WhenFinalAsync(id, time, answer.Status == StatusCodes.Status200OK, context) is { } waited
            ? waited
            : new KeptResult(answer).At(LocationOf(id));
    }

    /// <summary>The answer that shows a job.</summary>
    public static KeptAnswer Keep(Job job, bool isDeduplicated) => new(
        isDeduplicated ? StatusCodes.Status200OK : StatusCodes.Status201Created,
        job.Id,
        JsonSerializer.SerializeToUtf8Bytes(JobResponse.From(job) with { Deduplicated = isDeduplicated }, ApiJson.TypeOf<JobResponse>()));

    private async Task<IResult> EnqueueAsync(NewJob job, TimeSpan? wait, HttpContext context)
    {
        if ((await enqueuer.EnqueueAsync(job)).IsRefused(out var refusal, out var enqueued))
            return refusal.ToResult();

        // From here on the job is safe: whatever happens to this request, it runs.
        if (wait is { } time)
        {
            return await WhenFinalAsync(enqueued.Id, time, enqueued.IsDeduplicated, context)
                ?? (enqueued.IsDeduplicated ? NoLonger(enqueued.Id).ToResult() : Show(Job.Of(job, enqueued), isDeduplicated: false, statusCode: 202));
        }

        if (!enqueued.IsDeduplicated)
            return Show(Job.Of(job, enqueued), isDeduplicated: false, statusCode: 201);
        return (await reader.FindAsync(enqueued.Id, context.RequestAborted)).IsRefused(out _, out var holder)
            ? NoLonger(enqueued.Id).ToResult()
            : Show(holder, isDeduplicated: true, statusCode: 200);
    }

    private async Task<IResult> EnqueueOnceAsync(NewJob job, TimeSpan? wait, RequestKey request, HttpContext context)
    {
        var once = await enqueuer.EnqueueOnceAsync(
            [job],
            request,
            async (enqueued, find) =>
            {
                if (!enqueued[0].IsDeduplicated)
                    return Keep(Job.Of(job, enqueued[0]), isDeduplicated: false);
                return await find(enqueued[0].Id) is { } holder ? Keep(holder, isDeduplicated: true) : NoLonger(enqueued[0].Id);
            });

        // The request has one job, which needs no place to be told by.
        return once.IsRefused(out var refusal, out var answer) ? (refusal is Refusal.OfJob { Why: var why } ? why : refusal).ToResult() : await ShowAsync(answer, wait, context);
    }

    /// <summary>The job once it is final, or as it stands when the wait is over; null where that can't be told.</summary>
    private async Task<IResult?> WhenFinalAsync(JobId id, TimeSpan wait, bool isDeduplicated, HttpContext context)
    {
        PreferWait.Applied(context, wait);
        var isFinal = await finals.WaitAsync(id, wait, context.RequestAborted);
        return await FindAsync(id, context.RequestAborted) is { } job ? Show(job, isDeduplicated, isFinal ? 200 : 202) : null;
    }

    private static LocatedResult Show(Job job, bool isDeduplicated, int statusCode) =>
        Results.Json(JobResponse.From(job) with { Deduplicated = isDeduplicated }, ApiJson.TypeOf<JobResponse>(), statusCode: statusCode)
            .At(LocationOf(job.Id), statusCode == StatusCodes.Status202Accepted ? 1 : null);

    /// <summary>The job as it stands; null where that can't be told. It is stored all the same, and the caller must learn its id.</summary>
    private async Task<Job?> FindAsync(JobId id, CancellationToken cancellationToken)
    {
        try
        {
            return (await reader.FindAsync(id, cancellationToken)).Value;
        }
        catch (DbException)
        {
            return null;
        }
    }

    private static Refusal.Gone NoLonger(JobId id) => new($"Job {id} held the unique key, and is no longer there.");

    private static string LocationOf(JobId id) => $"/api/v1/jobs/{id}";
}
