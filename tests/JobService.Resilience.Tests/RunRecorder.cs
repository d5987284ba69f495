using System.Collections.Concurrent;
using System.Net;
using System.Text;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace JobService.Resilience.Tests;

/// <summary>
/// What the jobs of a test call, whatever process runs them: it remembers each run, so that one too many is seen, and lets those end that
/// it is told to. A held one goes on until it is released or its worker is gone, however slow the machine.
/// </summary>
internal sealed class RunRecorder : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim begun = new(0);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication app;

    private RunRecorder(WebApplication app) => this.app = app;

    private string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <param name="holds">Which runs of a job are held: by their number, from 1.</param>
    public static async Task<RunRecorder> StartAsync(Func<int, bool> holds)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var recorder = new RunRecorder(builder.Build());
        recorder.app.Run(context => recorder.RecordAsync(context, holds));
        await recorder.app.StartAsync(TestContext.Current.CancellationToken);
        return recorder;
    }

    /// <summary>What a schedule makes to call here.</summary>
    public JobTemplate Template => new() { Type = JobType.Parse("http.request"), Payload = Encoding.UTF8.GetBytes($$"""{"url": "{{Url}}", "timeout": "1h"}""") };

    /// <summary>A job that calls here.</summary>
    public NewJob NewJob(ClientProcess client) => client.NewJob("http.request", "{}") with { Payload = Template.Payload };

    public int RunsOf(JobId id) => runs.GetValueOrDefault(id.ToString());

    /// <summary>Waits until so many more runs have begun.</summary>
    public async Task WaitForRunsAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await begun.WaitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until so many runs have begun from now on.</summary>
    public async Task WaitForNewRunsAsync(int count)
    {
        while (await begun.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken))
        {
        }

        await WaitForRunsAsync(count);
    }

    /// <summary>Lets what is held end.</summary>
    public void Release() => released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await app.DisposeAsync();
        begun.Dispose();
    }

    private async Task RecordAsync(HttpContext context, Func<int, bool> holds)
    {
        var run = runs.AddOrUpdate(context.Request.Headers["X-JobService-Job-Id"].ToString(), 1, (_, before) => before + 1);
        begun.Release();
        if (holds(run))
            await released.Task.WaitAsync(context.RequestAborted);
    }
}
