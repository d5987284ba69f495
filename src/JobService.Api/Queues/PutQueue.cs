using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Queues;
using JobService.Core.Signals;

namespace JobService.Api.Queues;

internal static class PutQueue
{
    /// <summary>Says how a queue is served, and makes it where there is none.</summary>
    /// <remarks>
    /// 201 when there was none of that name, else 200. The settings are replaced as a whole: what is left out is as it is by default. A pause stays. `maxRunning` and `rate` hold for every
    /// worker when the answer comes, and count what runs already; workers go by a new weight, and all processes by a new `maxDepth`, within a second. 503 when a claim is under way that
    /// takes too long to wait for, or a transaction that enqueues into the queue in SQL is open and counts its jobs or uses its name or its key for the first time: then nothing was changed.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, JsonBody<QueueRequest> body, IQueueStore store, JobRouter router, SignalHub signals)
    {
        if (QueuePath.Name(name).IsRefused(out var unknown, out var queue))
            return unknown.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (request.ToSettings().IsRefused(out var invalid, out var settings))
            return invalid.ToResult();

        var answered = await store.SaveAsync(queue, settings, CancellationToken.None);
        signals.ClaimsChanged();
        if (answered.IsRefused(out var refusal, out var saved))
            return refusal.ToResult();

        await router.ChangedAsync(CancellationToken.None);
        var answer = Results.Json(QueueResponse.From(saved.Queue), ApiJson.TypeOf<QueueResponse>(), statusCode: saved.IsNew ? 201 : 200);
        return saved.IsNew ? answer.At($"/api/v1/queues/{queue}") : answer;
    }
}
