using JobService.Api.Jobs;
using JobService.Api.Problems;

namespace JobService.Api.BulkActions;

/// <summary>What can be done with many jobs at once, as a table of contents; each line's file has the rest.</summary>
internal static class BulkActionEndpoints
{
    public static IEndpointRouteBuilder MapBulkActions(this IEndpointRouteBuilder routes)
    {
        var actions = routes.MapGroup("/api/v1/bulk-actions").WithTags("Bulk actions");

        actions.MapPost("/", CreateBulkAction.HandleAsync).WithName("CreateBulkAction")
            .Produces<BulkActionResponse>(202).Produces<DryRunResponse>().Refuses(400, 409, 413, 415, 422, 503).WithMetadata(new KeepsAnswers());
        actions.MapGet("/", ListBulkActions.HandleAsync).WithName("ListBulkActions").Takes("limit", "cursor").Produces<BulkActionListResponse>().Refuses(400, 422, 503);
        actions.MapGet("/{id}", GetBulkAction.HandleAsync).WithName("GetBulkAction").Produces<BulkActionResponse>().Refuses(404, 503);
        actions.MapPost("/{id}/abort", AbortBulkAction.HandleAsync).WithName("AbortBulkAction").Produces<BulkActionResponse>().Refuses(400, 404, 409, 413, 415, 422, 503);
        return routes;
    }
}
