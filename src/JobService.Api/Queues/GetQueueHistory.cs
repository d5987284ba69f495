using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

internal static class GetQueueHistory
{
    /// <summary>Tells what happened in a queue, step by step: what came, started and ended, how many jobs there were, how long they waited and ran.</summary>
    /// <remarks>
    /// It is kept by the minute, for 90 days if the configuration says nothing else, and is about a second behind. Steps in which nothing happened are there too. The first and
    /// the last minute are told whole.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string name, IQueueQueries queries, TimeProvider clock, HttpContext context)
    {
        if (QueueHistoryQuery.Read(context.Request.Query, clock.GetUtcNow()).IsRefused(out var refusal, out var window))
            return refusal.ToResult();
        return QueueName.TryParse(name, out var queue) && await queries.HistoryAsync(queue, window, context.RequestAborted) is { } points
            ? Results.Json(QueueHistoryResponse.Of(window, points), ApiJson.TypeOf<QueueHistoryResponse>())
            : GetQueue.NotFound(name).ToResult();
    }
}
