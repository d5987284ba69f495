using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Routing;

namespace JobService.Api.Routes;

internal static class PutRoutes
{
    /// <summary>Puts a list of routing rules in the place of all there are.</summary>
    /// <remarks>
    /// The list is whole and its order counts. `If-Match` names the version it replaces, so that of two who edit it at once the second is told (412) instead of undoing the first; `*` replaces
    /// whichever there is. The rules hold for what is enqueued from then on, here at once and on every other node within a second; jobs that are stored stay where they are.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        JsonBody<List<RouteRequest?>> body, IRoutingQueries routing, IRouteStore store, JobRouter router, HttpContext context)
    {
        if (ETagCondition.IfMatch(context.Request.Headers).IsRefused(out var malformed, out var condition))
            return malformed.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (RouteRequestReader.Read(request).IsRefused(out var invalid, out var routes))
            return invalid.ToResult();
        if (!condition.IsGiven)
            return ProblemResult.Of(ProblemKind.PreconditionRequired, "Send If-Match with the ETag of GET /api/v1/routes, or If-Match: * to replace whichever rules there are.");

        var version = (await routing.VersionAsync(context.RequestAborted)).Routes;
        if (!condition.Names(RouteETag.Of(version)))
            return new Refusal.PreconditionFailed("The routes have changed since you read them.").ToResult();
        if ((await store.ReplaceAsync(routes, condition.IsAny ? null : version, CancellationToken.None)).IsRefused(out var refusal, out var replaced))
            return refusal.ToResult();

        await router.ChangedAsync(context.RequestAborted);
        GetRoutes.Tag(context, replaced);
        return GetRoutes.Show(routes);
    }
}
