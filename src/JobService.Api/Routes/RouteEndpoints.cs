using JobService.Api.Problems;

namespace JobService.Api.Routes;

/// <summary>What can be done with routing rules, as a table of contents; each line's file has the rest.</summary>
internal static class RouteEndpoints
{
    public static IEndpointRouteBuilder MapRoutes(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/api/v1/routes").WithTags("Routes");
        routes.MapGet("/", GetRoutes.HandleAsync).WithName("GetRoutes").Produces<IReadOnlyList<RouteResponse>>().Produces(304).Refuses(400, 503);
        routes.MapPut("/", PutRoutes.HandleAsync).WithName("PutRoutes").Produces<IReadOnlyList<RouteResponse>>().Refuses(400, 412, 413, 415, 422, 428, 503);
        routes.MapPost("/test", TestRoutes.Handle).WithName("TestRoutes").Produces<RouteTestResponse>().Refuses(400, 413, 415, 422, 503);
        return app;
    }
}
