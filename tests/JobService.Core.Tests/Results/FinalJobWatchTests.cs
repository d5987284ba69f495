using JobService.Core.Jobs;
using JobService.Core.Results;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Results;

public sealed class FinalJobWatchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Wait = TimeSpan.FromMinutes(1);
    private static readonly JobId Id = JobId.FirstAt(DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Nobody_is_kept_waiting_once_the_process_begins_to_stop()
    {
        var lifetime = new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance);
        using var watch = new FinalJobWatch(null!, lifetime, new FakeTimeProvider());
        var before = watch.WaitAsync(Id, Wait, TestContext.Current.CancellationToken);
        Assert.False(before.IsCompleted);

        lifetime.StopApplication();
        var after = watch.WaitAsync(Id, Wait, TestContext.Current.CancellationToken);

        Assert.False(await before.WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.False(await after.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_job_that_ends_is_final_for_whoever_waits()
    {
        using var watch = new FinalJobWatch(null!, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), new FakeTimeProvider());
        var waiting = watch.WaitAsync(Id, Wait, TestContext.Current.CancellationToken);

        watch.Ended([Id]);

        Assert.True(await waiting.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }
}
