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
        queues.MapGet("/{name}/history", GetQueueHistory.HandleAsync).WithName("GetQueueHistory").Takes(QueueHistoryQuery.Names).Produces<QueueHistoryResponse>().Refuses(400, 404, 422, 503);
        queues.MapPut("/{name}", PutQueue.HandleAsync).WithName("PutQueue").Produces<QueueResponse>(201).Produces<QueueResponse>().Refuses(400, 413, 415, 422, 503);
        queues.MapPost("/{name}/pause", PauseQueue.PauseAsync).WithName("PauseQueue").Produces<QueueResponse>().Refuses(400, 413, 415, 422, 503);
        queues.MapPost("/{name}/resume", PauseQueue.ResumeAsync).WithName("ResumeQueue").Produces<QueueResponse>().Refuses(400, 404, 413, 415, 422, 503);
        queues.MapPost("/{name}/purge", PurgeQueue.HandleAsync).WithName("PurgeQueue").Produces<QueuePurgeResponse>().Refuses(400, 404, 413, 415, 422, 503);
        return routes;
    }
}
