using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Workers;

namespace JobService.Api.Workers;

/// <summary>Who runs jobs.</summary>
internal static class WorkerEndpoints
{
    public static IEndpointRouteBuilder MapWorkers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/workers", ListAsync).WithTags("Workers").WithName("ListWorkers")
            .Produces<WorkerListResponse>().Produces<ProblemResponse>(503, ProblemResult.MediaType);
        return routes;
    }

    /// <summary>Lists the live workers, newest first, then those that ended last.</summary>
    /// <remarks>
    /// Each with the types it handles, the queues it serves, its slots and how many of them are taken. One that was not heard of for longer than its lease has ended.
    /// </remarks>
    private static async Task<IResult> ListAsync(IWorkerQueries queries, CancellationToken cancellationToken)
    {
        var workers = await queries.ListAsync(cancellationToken);
        return Results.Json(new WorkerListResponse { Items = [.. workers.Select(WorkerResponse.From)] }, ApiJson.TypeOf<WorkerListResponse>());
    }
}
