using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Routing;
using JobService.Core.Signals;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Core.Timeouts;
using Microsoft.Extensions.Logging.Abstractions;

namespace JobService.Storage.Tests.Stores;

public sealed class RoutingTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static readonly JobDefaults All = new()
    {
        Queue = QueueName.Parse("payments"),
        Priority = new JobPriority(8),
        Retry = new RetryPolicy { MaxAttempts = 3, Backoff = BackoffKind.List, Delays = [TimeSpan.FromSeconds(1)] },
        Timeout = new TimeoutPolicy { Soft = TimeSpan.FromSeconds(1), Hard = TimeSpan.FromSeconds(2) },
        LimitKeys = [LimitKey.Parse("bank"), LimitKey.Parse("tenant:42")],
    };

    private readonly CancellationToken cancellation = TestContext.Current.CancellationToken;

    private PostgresRouteStore Store => new(storage.Hot);

    private PostgresRoutingQueries Queries => new(storage.Contexts(), storage.Hot);

    private PostgresJobTypeStore Types => new(storage.Hot);

    private PostgresJobTypeQueries TypeQueries => new(storage.Contexts(), storage.Hot);

    [Fact]
    public async Task Rules_come_back_as_they_were_put_in_their_order()
    {
        var match = new RouteMatch
        {
            Type = "payment.*",
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "4*" },
            Payload = [new PayloadCondition("/a~1b", Comparison.Gte, "1e400"), new PayloadCondition("", Comparison.In, """["é",null]""")],
        };
        Route[] routes = [new("second", match, All), new("first", new RouteMatch(), JobDefaults.None), new("third", new RouteMatch(), new JobDefaults { LimitKeys = [] })];
        var version = (await Store.ReplaceAsync(routes, expected: null, cancellation)).Value;
        var read = await Queries.RoutesAsync(cancellation);

        Assert.Equal(version, read.Version);
        Assert.Equal(version, (await Queries.VersionAsync(cancellation)).Routes);
        Assert.Equal(["second", "first", "third"], read.Routes.Select(route => route.Name));
        Assert.Equal(routes.Select(route => route.Set), read.Routes.Select(route => route.Set));
        Assert.Equal(match.Payload, read.Routes[0].Match.Payload);
        Assert.Equal((match.Type, "4*"), (read.Routes[0].Match.Type, read.Routes[0].Match.Tags["tenant"]));

        await Store.ReplaceAsync([routes[2]], version, cancellation);
        Assert.Equal(["third"], (await Queries.RoutesAsync(cancellation)).Routes.Select(route => route.Name));
    }

    [Fact]
    public async Task Of_those_who_replace_the_same_version_one_does()
    {
        var version = (await Queries.VersionAsync(cancellation)).Routes;
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(count =>
            Store.ReplaceAsync([.. Enumerable.Range(0, count).Select(i => new Route($"of-{count}-{i}", new RouteMatch(), JobDefaults.None))], version, cancellation)));
        var read = await Queries.RoutesAsync(cancellation);

        Assert.Single(answers, answer => answer.Refusal is null);
        Assert.Equal(7, answers.Count(answer => answer.Refusal is Refusal.PreconditionFailed));
        Assert.Equal(version + 1, read.Version);
        Assert.All(read.Routes, route => Assert.StartsWith($"of-{read.Routes.Count}-", route.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lists_that_are_put_at_once_are_never_mixed()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(count =>
            Store.ReplaceAsync([.. Enumerable.Range(0, count).Select(i => new Route($"of-{count}-{i}", new RouteMatch(), JobDefaults.None))], expected: null, cancellation)));
        var read = await Queries.RoutesAsync(cancellation);

        Assert.Equal(Enumerable.Range(0, read.Routes.Count).Select(i => $"of-{read.Routes.Count}-{i}"), read.Routes.Select(route => route.Name));
    }

    [Fact]
    public async Task A_type_keeps_what_was_put_last_by_its_revision()
    {
        var type = JobType.Parse("type.kept");
        Assert.IsType<Refusal.PreconditionFailed>((await Types.PutAsync(type, "true", All, expected: 1, cancellation)).Refusal);
        Assert.Equal(1, (await Types.PutAsync(type, """{"type":"object"}""", All, expected: 0, cancellation)).Value);
        Assert.IsType<Refusal.PreconditionFailed>((await Types.PutAsync(type, "true", JobDefaults.None, expected: 0, cancellation)).Refusal);

        var kept = await TypeQueries.FindAsync(type, cancellation);
        Assert.Equal(("""{"type":"object"}""", All, 1), (kept.GivenSchema, kept.Defaults, kept.Revision));

        Assert.Equal(2, (await Types.PutAsync(type, schema: null, JobDefaults.None, expected: 1, cancellation)).Value);
        kept = await TypeQueries.FindAsync(type, cancellation);
        Assert.Equal((null, JobDefaults.None, 2), (kept.Schema, kept.Defaults, kept.Revision));
    }

    [Fact]
    public async Task Versions_of_a_handler_take_what_either_takes_whichever_starts_last()
    {
        var (type, old, young) = (JobType.Parse("type.rolled"), """{"required":["a"]}""", """{"required":["b"]}""");
        await Types.TellHandlersAsync([new HandlerSchema(type, old)], cancellation);
        await Types.TellHandlersAsync([new HandlerSchema(type, young)], cancellation);
        var version = await Queries.VersionAsync(cancellation);
        await Types.TellHandlersAsync([new HandlerSchema(type, old)], cancellation);

        var kept = await TypeQueries.FindAsync(type, cancellation);
        Assert.Equal([young, old], kept.HandlerSchemas);
        Assert.Equal(version, await Queries.VersionAsync(cancellation));
        Assert.Empty(kept.CheckPayload("""{"a":1}"""u8.ToArray(), ""));
        Assert.Empty(kept.CheckPayload("""{"b":1}"""u8.ToArray(), ""));
        Assert.Equal("/b", Assert.Single(kept.CheckPayload("{}"u8.ToArray(), "")).Pointer);

        // The old version is gone for a day; then the young one tells of itself again.
        await storage.Database.ExecuteAsync("UPDATE jobservice.handler_schemas SET last_seen_at = last_seen_at - interval '25 hours' WHERE type = $1", type.Name);
        await Types.TellHandlersAsync([new HandlerSchema(type, young)], cancellation);
        Assert.Equal([young], (await TypeQueries.FindAsync(type, cancellation)).HandlerSchemas);
        Assert.NotEqual(version, await Queries.VersionAsync(cancellation));
    }

    [Fact]
    public async Task What_is_put_over_the_API_wins_over_the_handlers()
    {
        var type = JobType.Parse("type.overruled");
        await Types.PutAsync(type, "true", JobDefaults.None, expected: null, cancellation);
        await Types.TellHandlersAsync([new HandlerSchema(type, "false")], cancellation);
        var kept = await TypeQueries.FindAsync(type, cancellation);

        Assert.Equal("true", kept.Schema);
        Assert.Empty(kept.CheckPayload("1"u8.ToArray(), ""));
    }

    [Fact]
    public async Task Types_are_listed_whoever_knows_of_them()
    {
        await Types.PutAsync(JobType.Parse("list.put"), schema: null, JobDefaults.None, expected: null, cancellation);
        await Types.TellHandlersAsync([new HandlerSchema(JobType.Parse("list.told"), "true")], cancellation);
        await storage.EnqueueAsync(storage.NewJob(type: "list.job"));
        await storage.RegisterWorkerAsync();
        var names = await TypeQueries.NamesAsync(after: null, 1_000, cancellation);

        Assert.Superset(new[] { "list.put", "list.told", "list.job", "demo.echo" }.Select(JobType.Parse).ToHashSet(), names.ToHashSet());
        Assert.Equal(names.Select(name => name.Name).Order(StringComparer.Ordinal).Take(2), (await TypeQueries.NamesAsync(after: null, 2, cancellation)).Select(name => name.Name));
        Assert.Equal(names.Skip(2), await TypeQueries.NamesAsync(names[1], 1_000, cancellation));
        Assert.Null(await TypeQueries.TimingsAsync(JobType.Parse("list.job"), cancellation));
    }

    [Fact]
    public async Task A_router_has_what_was_changed_elsewhere_as_soon_as_it_looks()
    {
        using var hub = new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance);
        using var router = new JobRouter(Queries, TypeQueries, hub, NullLogger<JobRouter>.Instance);
        Assert.IsType<Refusal.Unavailable>(router.Current.Refusal);
        await router.RefreshAsync(cancellation);
        var before = router.Current.Value!;
        await router.RefreshAsync(cancellation);
        Assert.Same(before, router.Current.Value);

        await Store.ReplaceAsync([new Route("changed", new RouteMatch { Type = "router.*" }, All)], expected: null, cancellation);
        await router.RefreshAsync(cancellation);
        Assert.Equal("changed", router.Current.Value!.RuleOf(storage.NewJob(type: "router.job")));
    }

    [Fact]
    public async Task A_router_that_runs_hears_of_changes_by_itself()
    {
        using var hub = new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance);
        using var router = new JobRouter(Queries, TypeQueries, hub, NullLogger<JobRouter>.Instance);
        await router.StartAsync(cancellation);
        var version = (await Store.ReplaceAsync([], expected: null, cancellation)).Value;

        // It looks at least twice a second; how often is nothing to wait by.
        while (router.Current.Value!.Version.Routes < version)
            await Task.Yield();
        await router.StopAsync(cancellation);
    }
}
