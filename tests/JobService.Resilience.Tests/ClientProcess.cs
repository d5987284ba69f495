using System.Text;
using JobService.Core;
using JobService.Core.BulkActions;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Results;
using JobService.Core.Schedules;
using JobService.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace JobService.Resilience.Tests;

/// <summary>What an API process has, without HTTP: it enqueues and waits.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly IHost host;

    private ClientProcess(IHost host) => this.host = host;

    public JobEnqueuer Enqueuer => host.Services.GetRequiredService<JobEnqueuer>();

    public IJobStore Store => host.Services.GetRequiredService<IJobStore>();

    public IJobQueries Queries => host.Services.GetRequiredService<IJobQueries>();

    public IScheduleStore Schedules => host.Services.GetRequiredService<IScheduleStore>();

    public IScheduleQueries ScheduleQueries => host.Services.GetRequiredService<IScheduleQueries>();

    public ILimitStore Limits => host.Services.GetRequiredService<ILimitStore>();

    public IBulkActionStore BulkActions => host.Services.GetRequiredService<IBulkActionStore>();

    public static async Task<ClientProcess> StartAsync(string connectionString)
    {
        var started = new HostBuilder().ConfigureServices(services => services
            .AddJobServiceStorage(_ => connectionString)
            .AddJobServiceCore(new ConfigurationBuilder().Build())).Build();
        await started.StartAsync();
        return new ClientProcess(started);
    }

    public NewJob NewJob(string type, string payload, int maxAttempts = 10) => new()
    {
        Id = host.Services.GetRequiredService<JobIdSequence>().Next(),
        Type = JobType.Parse(type),
        Payload = Encoding.UTF8.GetBytes(payload),
        Policies = new JobPolicies { Retry = new() { MaxAttempts = maxAttempts } },
    };

    /// <summary>Waits as a caller would, until each of the jobs is final.</summary>
    public async Task WaitForAllAsync(IEnumerable<JobId> ids)
    {
        var watch = host.Services.GetRequiredService<FinalJobWatch>();
        await Task.WhenAll(ids.Select(async id =>
        {
            if (!await watch.WaitAsync(id, Patience, TestContext.Current.CancellationToken))
                Assert.Fail($"The job did not end: {await FindAsync(id)}");
        }));
    }

    public async Task<Job> FindAsync(JobId id)
    {
        var found = await Queries.FindAsync(id, TestContext.Current.CancellationToken);
        Assert.Null(found.Refusal);
        return found.Value!;
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}
