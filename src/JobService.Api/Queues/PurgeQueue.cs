using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Queues;
using JobService.Core.Signals;

namespace JobService.Api.Queues;

internal static class PurgeQueue
{
    /// <summary>Cancels every job of a queue that was there when the call began and isn't running.</summary>
    /// <remarks>
    /// Those that wait for their time or for a retry as well. They are cancelled by the thousand, so other work goes on meanwhile, and what is enqueued meanwhile stays. When the call
    /// breaks off, what was cancelled stays so, and the same call again does the rest. A worker may still take jobs until it is their turn to be cancelled; pause the queue first to keep it from that.
    /// A job that somebody else's transaction holds is waited for for a second, and left then.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, JsonBody<QueueReasonRequest> body, IQueueStore store, SignalHub signals, HttpContext context)
    {
        if (QueuePath.Existing(name).IsRefused(out var unknown, out var queue))
            return unknown.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (request.Check() is { } invalid)
            return invalid.ToResult();
        if ((await store.PurgeAsync(queue, request.Reason, context.Actor(), context.RequestAborted)).IsRefused(out var refusal, out var purge))
            return refusal.ToResult();

        signals.HeadsEnded();
        var answer = new QueuePurgeResponse { Cancelled = purge.Cancelled, Held = purge.Held, Queue = QueueResponse.From(purge.Queue) };
        return Results.Json(answer, ApiJson.TypeOf<QueuePurgeResponse>());
    }
}
