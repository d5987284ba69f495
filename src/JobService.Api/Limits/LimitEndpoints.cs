using JobService.Api.Problems;

namespace JobService.Api.Limits;

/// <summary>What can be done with limits, as a table of contents; each line's file has the rest.</summary>
internal static class LimitEndpoints
{
    public static IEndpointRouteBuilder MapLimits(this IEndpointRouteBuilder routes)
    {
        var limits = routes.MapGroup("/api/v1/limits").WithTags("Limits");

        limits.MapGet("/", ListLimits.HandleAsync).WithName("ListLimits").Takes("limit", "cursor").Produces<LimitListResponse>().Refuses(400, 422, 503);
        limits.MapPut("/{key}", PutLimit.HandleAsync).WithName("PutLimit")
            .Produces<LimitResponse>(201).Produces<LimitResponse>().Refuses(400, 413, 415, 422, 503);
        limits.MapGet("/{key}", GetLimit.HandleAsync).WithName("GetLimit").Produces<LimitResponse>().Refuses(404, 503);
        limits.MapDelete("/{key}", DeleteLimit.HandleAsync).WithName("DeleteLimit").Produces(204).Refuses(404, 503);
        return routes;
    }
}
