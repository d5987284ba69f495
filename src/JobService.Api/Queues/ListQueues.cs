using JobService.Api.Json;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

internal static class ListQueues
{
    /// <summary>Lists every queue and what it is doing, by name.</summary>
    /// <remarks>Nothing is counted for it: the answer takes no longer with ten million jobs than with ten.</remarks>
    public static async Task<IResult> HandleAsync(IQueueQueries queries, CancellationToken cancellationToken)
    {
        var queues = await queries.ListAsync(cancellationToken);
        return Results.Json(new QueueListResponse { Items = [.. queues.Select(QueueStatisticsResponse.From)] }, ApiJson.TypeOf<QueueListResponse>());
    }
}
