using JobService.Core.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Signals;

public sealed class SignalHubTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new();
    private readonly ScriptedLine line = new();
    private readonly SignalHub hub;

    public SignalHubTests() => hub = new SignalHub(line, clock, NullLogger<SignalHub>.Instance);

    public async ValueTask InitializeAsync() => await hub.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await hub.StopAsync(TestContext.Current.CancellationToken);
        hub.Dispose();
    }

    [Fact]
    public async Task Where_nobody_said_that_it_idles_nobody_is_told_of_new_jobs()
    {
        hub.JobsReady();

        await NothingMoreIsSentAsync();
    }

    [Fact]
    public async Task Each_time_someone_idles_one_commit_is_told_and_none_after_it()
    {
        for (var times = 0; times < 2; times++)
        {
            await line.SayAsync(SignalKind.Idle);
            hub.JobsReady();
            Assert.Equal(SignalKind.Ready, await line.NextAsync());

            hub.JobsReady();
            hub.JobsReady();
            await NothingMoreIsSentAsync();
        }
    }

    [Fact]
    public async Task A_claimer_without_work_says_that_it_idles_at_most_once_a_second()
    {
        hub.ClaimerIdle(hadWork: false);
        Assert.Equal(SignalKind.Idle, await line.NextAsync());

        hub.ClaimerIdle(hadWork: false);
        clock.Advance(TimeSpan.FromMilliseconds(999));
        hub.ClaimerIdle(hadWork: false);
        await NothingMoreIsSentAsync();

        clock.Advance(TimeSpan.FromMilliseconds(1));
        hub.ClaimerIdle(hadWork: false);
        Assert.Equal(SignalKind.Idle, await line.NextAsync());
    }

    [Fact]
    public async Task A_claimer_that_had_work_says_each_time_that_it_idles_again_ten_milliseconds_apart()
    {
        hub.ClaimerIdle(hadWork: true);
        Assert.Equal(SignalKind.Idle, await line.NextAsync());

        hub.ClaimerIdle(hadWork: true);
        hub.ClaimerIdle(hadWork: true);
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(SignalKind.Idle, await line.NextAsync());
        await NothingMoreIsSentAsync();
    }

    [Fact]
    public async Task What_is_heard_wakes_whoever_waits_for_it()
    {
        await line.SayAsync(SignalKind.Ready);
        await line.SayAsync(SignalKind.Cancel);

        Assert.True(await hub.Ready.WaitAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
        Assert.True(await hub.Cancel.WaitAsync(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken));
    }

    /// <summary>A request to cancel is always sent, behind what was asked before it and before what idles.</summary>
    private async Task NothingMoreIsSentAsync()
    {
        for (var times = 0; times < 2; times++)
        {
            hub.CancelRequested();
            Assert.Equal(SignalKind.Cancel, await line.NextAsync());
        }
    }
}
