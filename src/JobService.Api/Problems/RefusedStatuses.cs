namespace JobService.Api.Problems;

/// <summary>Tells the documents which problems an endpoint answers with.</summary>
internal static class RefusedStatuses
{
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder route, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
            route.Produces<ProblemResponse>(status, ProblemResult.MediaType);
        return route;
    }
}
