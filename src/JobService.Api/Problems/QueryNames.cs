using JobService.Api.Json;
using JobService.Core.Errors;

namespace JobService.Api.Problems;

/// <summary>Refuses query parameters that don't exist, before anything is done: who writes <c>?dryRun=true</c> relies on it.</summary>
internal static class QueryNames
{
    private const int MaxNameLength = 64;

    /// <summary>Says which parameters an endpoint takes.</summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder route, params string[] names) => route.WithMetadata(new TakenParameters(names));

    /// <summary>Of all endpoints of the API, and of nothing else: health checks and documents answer whatever is asked beside.</summary>
    public static IApplicationBuilder UseTakenParameters(this IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            && context.GetEndpoint() is RouteEndpoint { Metadata: var metadata }
            && Refuse(context.Request.Query, metadata.GetMetadata<TakenParameters>()?.Names ?? []) is { } refusal
            ? refusal.ToResult().ExecuteAsync(context)
            : next(context));

    private static Refusal? Refuse(IQueryCollection query, IReadOnlyList<string> names)
    {
        var unknown = query.Keys.Except(names, StringComparer.Ordinal).ToArray();
        if (unknown.Any(name => name.Contains('\0', StringComparison.Ordinal)))
            return new Refusal.Malformed([new Fault("", "The query holds a NUL character.")]);

        var faults = new RequestFaults();
        foreach (var name in unknown)
            faults.Add(name.Length <= MaxNameLength ? name : "", $"There is no such parameter; {(names.Count > 0 ? $"there are {string.Join(", ", names)}" : "this call takes none in its URL")}.");
        return faults.Any ? faults.ToRefusal() : null;
    }
}
