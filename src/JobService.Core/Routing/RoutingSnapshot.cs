using System.Collections.Concurrent;
using System.Collections.Frozen;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Queues;

namespace JobService.Core.Routing;

/// <summary>All rules and all types at one time. It never changes; what belongs to a type is put together when its first job comes.</summary>
public sealed class RoutingSnapshot
{
    /// <summary>Nothing is settled: jobs are as their callers and the product have them.</summary>
    public static readonly RoutingSnapshot Empty = new(default, new RouteList(0, []), [], []);

    /// <summary>Anyone may invent types: what belongs to more than so many is put together each time.</summary>
    private const int MaxKept = 10_000;

    private readonly FrozenDictionary<JobType, JobTypeSettings> types;
    private readonly FrozenSet<QueueName> bounded;
    private readonly (Glob? Type, Route Route)[] routes;
    private readonly ConcurrentDictionary<JobType, TypeRouting> byType = new();
    private readonly TypeRouting plain = new(JobTypeSettings.None, []);
    private int kept;

    /// <param name="version">What it is a snapshot of.</param>
    /// <param name="routes">The rules.</param>
    /// <param name="types">The types that have settings or a schema.</param>
    /// <param name="boundedQueues">The queues that hold so many jobs and no more.</param>
    public RoutingSnapshot(RoutingVersion version, RouteList routes, IEnumerable<JobTypeSettings> types, IEnumerable<QueueName> boundedQueues)
    {
        Version = version;
        Routes = routes;
        this.routes = [.. routes.Routes.Select(route => (route.Match.Type is { } type ? new Glob(type) : null, route))];
        this.types = types.ToFrozenDictionary(settings => settings.Type);
        bounded = boundedQueues.ToFrozenSet();
    }

    public RoutingVersion Version { get; }

    public RouteList Routes { get; }

    /// <summary>The types that have settings or a schema.</summary>
    public IReadOnlyList<JobTypeSettings> Types => types.Values;

    /// <summary>Whether any type has a schema.</summary>
    public bool HasSchemas => types.Values.Any(type => type.HasSchema);

    /// <summary>Whether a queue holds so many jobs and no more.</summary>
    public bool IsBounded(QueueName queue) => bounded.Count > 0 && bounded.Contains(queue);

    /// <summary>What is settled for the jobs of a type.</summary>
    public TypeRouting Of(JobType type)
    {
        if (routes.Length == 0 && types.Count == 0)
            return plain;
        return byType.TryGetValue(type, out var known) ? known : Make(type);
    }

    /// <summary>The name of the rule that a job meets; null where it meets none.</summary>
    public string? RuleOf(NewJob job) => Of(job.Type).FirstMet(job.Payload.Span, job.Tags!)?.Route.Name;

    /// <summary>What each rule says of a job, up to the first that it meets.</summary>
    public IReadOnlyList<RouteVerdict> Explain(NewJob job)
    {
        var routing = Of(job.Type);
        var payload = job.Payload.Span;
        var found = routing.Find(payload);
        var verdicts = new List<RouteVerdict>();
        var next = 0;
        foreach (var (type, route) in routes)
        {
            string? whyNot;
            if (type is not null && !type.Matches(job.Type.Name))
                whyNot = $"Its type is '{job.Type}', and the rule asks for {type}.";
            else
                whyNot = routing.Routes[next++].WhyNot(job.Tags!, payload, found);
            verdicts.Add(new RouteVerdict(route.Name, whyNot));
            if (whyNot is null)
                break;
        }

        return verdicts;
    }

    // Apart, since what captures the type would cost an object in each call.
    private TypeRouting Make(JobType type)
    {
        var made = new TypeRouting(
            types.GetValueOrDefault(type) ?? JobTypeSettings.None,
            routes.Where(route => route.Type is null || route.Type.Matches(type.Name)).Select(route => route.Route));
        if (made.IsPlain)
            made = plain;
        if (Volatile.Read(ref kept) < MaxKept && byType.TryAdd(type, made))
            Interlocked.Increment(ref kept);
        return made;
    }
}
