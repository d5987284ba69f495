using System.Data.Common;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Queues;
using JobService.Core.Routing;
using JobService.Core.Signals;
using JobService.Core.Tests.Routing;
using JobService.Core.Tests.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Enqueueing;

public sealed class JobRouterTests
{
    private readonly Kept kept = new();

    [Fact]
    public async Task While_the_database_is_away_the_last_snapshot_goes_on()
    {
        using var hub = new SignalHub(new ScriptedLine(), TimeProvider.System, NullLogger<SignalHub>.Instance);
        using var router = new JobRouter(kept, kept, hub, NullLogger<JobRouter>.Instance);
        kept.Routes = [Rules.To("first", new RouteMatch())];
        await router.ChangedAsync(TestContext.Current.CancellationToken);

        kept.IsAway = true;
        kept.Routes = [Rules.To("second", new RouteMatch())];
        await router.ChangedAsync(TestContext.Current.CancellationToken);
        Assert.Equal("first", router.Current.Value!.RuleOf(Rules.Job()));

        kept.IsAway = false;
        await router.ChangedAsync(TestContext.Current.CancellationToken);
        Assert.Equal("second", router.Current.Value!.RuleOf(Rules.Job()));
    }

    [Fact]
    public async Task A_process_that_never_read_the_rules_enqueues_nothing()
    {
        using var hub = new SignalHub(new ScriptedLine(), TimeProvider.System, NullLogger<SignalHub>.Instance);
        using var router = new JobRouter(kept, kept, hub, NullLogger<JobRouter>.Instance);
        kept.IsAway = true;
        await router.ChangedAsync(TestContext.Current.CancellationToken);

        Assert.IsType<Refusal.Unavailable>(router.Current.Refusal);
    }

    [Fact]
    public async Task What_is_changed_elsewhere_holds_within_a_second_also_where_no_signal_tells_of_it()
    {
        var clock = new WatchedClock();
        using var hub = new SignalHub(new ScriptedLine(), clock, NullLogger<SignalHub>.Instance);
        using var router = new JobRouter(kept, kept, hub, NullLogger<JobRouter>.Instance);
        kept.Routes = [Rules.To("first", new RouteMatch())];
        await router.StartAsync(TestContext.Current.CancellationToken);
        var wait = await clock.FirstWait;
        Assert.Equal("first", router.Current.Value!.RuleOf(Rules.Job()));

        kept.Routes = [Rules.To("second", new RouteMatch())];
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        clock.Advance(wait);
        while (router.Current.Value!.RuleOf(Rules.Job()) is not "second")
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await router.StopAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock that stands still, and tells how long is waited by it.</summary>
    private sealed class WatchedClock : FakeTimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> FirstWait => first.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            first.TrySetResult(dueTime);
            return timer;
        }
    }

    /// <summary>Rules that grow a version with each change, in a database that can be away.</summary>
    private sealed class Kept : IRoutingQueries, IJobTypeQueries
    {
        private long version;

        public bool IsAway { get; set; }

        public IReadOnlyList<Route> Routes
        {
            get;
            set => (field, version) = (value, version + 1);
        } = [];

        public Task<RoutingVersion> VersionAsync(CancellationToken cancellationToken) => Answer(new RoutingVersion(version, 1, 1));

        public Task<RouteList> RoutesAsync(CancellationToken cancellationToken) => Answer(new RouteList(version, Routes));

        public Task<IReadOnlyList<QueueName>> BoundedQueuesAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<QueueName>>([]);

        public Task<IReadOnlyList<JobTypeSettings>> SettingsAsync(CancellationToken cancellationToken) => Answer<IReadOnlyList<JobTypeSettings>>([]);

        public Task<JobTypeSettings> FindAsync(JobType type, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<JobType>> NamesAsync(JobType? after, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<JobTypeTimings?> TimingsAsync(JobType type, CancellationToken cancellationToken) => throw new NotSupportedException();

        private Task<T> Answer<T>(T value) => IsAway ? Task.FromException<T>(new AwayException()) : Task.FromResult(value);
    }

    private sealed class AwayException : DbException;
}
