using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Routing;
using Route = JobService.Core.Routing.Route;

namespace JobService.Api.Routes;

internal static class GetRoutes
{
    /// <summary>Shows the routing rules, in their order.</summary>
    /// <remarks>The first that a job meets settles what neither its caller nor its type does. Keep the `ETag`: a PUT needs it.</remarks>
    public static async Task<IResult> HandleAsync(IRoutingQueries routing, HttpContext context)
    {
        if (ETagCondition.IfNoneMatch(context.Request.Headers).IsRefused(out var malformed, out var known))
            return malformed.ToResult();
        var routes = await routing.RoutesAsync(context.RequestAborted);
        return known.Names(Tag(context, routes.Version)) ? Results.StatusCode(StatusCodes.Status304NotModified) : Show(routes.Routes);
    }

    public static IResult Show(IReadOnlyList<Route> routes) => Results.Json([.. routes.Select(RouteResponse.From)], ApiJson.TypeOf<IReadOnlyList<RouteResponse>>());

    public static Microsoft.Net.Http.Headers.EntityTagHeaderValue Tag(HttpContext context, long version)
    {
        var tag = RouteETag.Of(version);
        context.Response.Headers.ETag = tag.ToString();
        return tag;
    }
}
