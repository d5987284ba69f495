using System.Buffers;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;

namespace JobService.Core.Routing;

/// <summary>All that is settled for the jobs of one type: its defaults, the schema of its payloads, and the rules that its name meets, in their order.</summary>
public sealed class TypeRouting
{
    private readonly CompiledRoute[] routes;
    private readonly PayloadPaths paths = new();

    internal TypeRouting(JobTypeSettings settings, IEnumerable<Route> met)
    {
        Settings = settings;
        routes = [.. met.Select(route => new CompiledRoute(route, paths))];
    }

    public JobTypeSettings Settings { get; }

    internal IReadOnlyList<CompiledRoute> Routes => routes;

    /// <summary>Whether it settles nothing at all.</summary>
    internal bool IsPlain => routes.Length == 0 && Settings.Defaults == JobDefaults.None && !Settings.HasSchema;

    /// <summary>
    /// Settles of a job what its caller does not say: member by member by the type, then by the first rule it meets, then as by default. The same job where nothing is to be settled.
    /// </summary>
    /// <param name="job">A job of the type, with its payload.</param>
    /// <param name="tags">Its tags; they need not be valid.</param>
    public NewJob Settle(NewJob job, IReadOnlyDictionary<string, string?>? tags)
    {
        var rule = FirstMet(job.Payload.Span, tags);
        var (own, set) = (Settings.Defaults, rule?.Set ?? JobDefaults.None);
        if (rule is null && own == JobDefaults.None)
            return job;

        return job with
        {
            Queue = own.Queue ?? set.Queue ?? job.Queue,
            RoutedBy = own.Queue is not null ? JobTypeSettings.RoutedBy : rule?.RoutedBy ?? job.RoutedBy,
            Priority = own.Priority ?? set.Priority ?? job.Priority,
            Policies = job.Policies with { Retry = own.Retry ?? set.Retry ?? job.Policies.Retry, Timeout = own.Timeout ?? set.Timeout ?? job.Policies.Timeout },
            LimitKeys = own.LimitKeys ?? set.LimitKeys ?? job.LimitKeys,
        };
    }

    internal CompiledRoute? FirstMet(ReadOnlySpan<byte> payload, IReadOnlyDictionary<string, string?>? tags)
    {
        FoundValue[]? found = null;
        try
        {
            foreach (var route in routes)
            {
                if (!route.IsMetByTags(tags))
                    continue;
                if (!route.LooksIntoPayload)
                    return route;
                found ??= Find(payload);
                if (route.IsMetByPayload(payload, found))
                    return route;
            }

            return null;
        }
        finally
        {
            if (found is not null)
                ArrayPool<FoundValue>.Shared.Return(found);
        }
    }

    internal FoundValue[] Find(ReadOnlySpan<byte> payload)
    {
        var found = ArrayPool<FoundValue>.Shared.Rent(paths.Count);
        found.AsSpan(0, paths.Count).Clear();
        paths.Find(payload, found);
        return found;
    }
}
