using JobService.Api.Problems;

namespace JobService.Api.Queues;

/// <summary>What can be done with queues, as a table of contents; each line's file has the rest.</summary>
internal static class QueueEndpoints
{
    public static IEndpointRouteBuilder MapQueues(this IEndpointRouteBuilder routes)
    {
        var queues = routes.MapGroup("/api/v1/queues").WithTags("Queues");

        queues.MapGet("/", ListQueues.HandleAsync).WithName("ListQueues").Produces<QueueListResponse>().Refuses(503);
        queues.MapGet("/{name}", GetQueue.HandleAsync).WithName("GetQueue").Produces<QueueStatisticsResponse>().Refuses(404, 503);
        queues.MapGet("/{name}/history", GetQueueHistory.HandleAsync).WithName("GetQueueHistory").Produces<QueueHistoryResponse>().Refuses(400, 404, 422, 503);
        return routes;
    }
}
