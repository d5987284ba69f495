using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Errors;
using JobService.Core.Queues;
using JobService.Core.Signals;

namespace JobService.Api.Queues;

internal static class PauseQueue
{
    /// <summary>Pauses a queue: from the answer on no worker claims from it, until it is resumed. Again, it changes nothing.</summary>
    /// <remarks>
    /// What runs runs on, and jobs are taken in, come due and expire as ever. One that nothing was enqueued in yet is made by that. 503 when a claim is under way that takes too
    /// long to wait for, or a transaction that enqueues into the queue in SQL is open and counts its jobs or uses its name for the first time: then nothing was changed.
    /// </remarks>
    public static async Task<IResult> PauseAsync(string name, JsonBody<QueueReasonRequest> body, IQueueStore store, SignalHub signals, HttpContext context)
    {
        if (QueuePath.Name(name).IsRefused(out var unknown, out var queue))
            return unknown.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        return request.Check() is { } invalid
            ? invalid.ToResult()
            : Show(await store.PauseAsync(queue, request.Reason, context.Actor(), CancellationToken.None), signals);
    }

    /// <summary>Resumes a queue; workers are told at once. Again, it changes nothing.</summary>
    /// <remarks>
    /// Its jobs are claimed again by priority and age; nothing is made up for. The body may be left out. 503 when a claim is under way that takes too long to wait for, or a
    /// transaction that enqueues into the queue in SQL is open and counts its jobs or uses its name for the first time: then nothing was changed.
    /// </remarks>
    public static async Task<IResult> ResumeAsync(string name, JsonBody<NoMembers> body, IQueueStore store, SignalHub signals)
    {
        if (NoMembers.Check(body) is { } problem)
            return problem;
        return QueuePath.Existing(name).IsRefused(out var unknown, out var queue)
            ? unknown.ToResult()
            : Show(await store.ResumeAsync(queue, CancellationToken.None), signals);
    }

    private static IResult Show(Result<Queue> changed, SignalHub signals)
    {
        // Also where nothing has changed: claims were turned away while it was tried.
        signals.ClaimsChanged();
        return changed.IsRefused(out var refusal, out var queue) ? refusal.ToResult() : Results.Json(QueueResponse.From(queue), ApiJson.TypeOf<QueueResponse>());
    }
}
