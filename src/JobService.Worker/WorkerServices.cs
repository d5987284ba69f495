using JobService.Core;
using JobService.Core.Signals;
using JobService.Worker.BulkActions;
using JobService.Worker.Claiming;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Handlers;
using JobService.Worker.Leasing;
using JobService.Worker.Maintenance;
using JobService.Worker.Queues;
using JobService.Worker.Scheduling;
using JobService.Worker.Statistics;
using JobService.Worker.Timing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace JobService.Worker;

/// <summary>Makes a process a worker.</summary>
public static class WorkerServices
{
    /// <summary>Registers the loops that claim, run, complete and keep time; handlers are registered with <c>AddJobHandler</c>.</summary>
    public static IServiceCollection AddJobServiceWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddFeatureOptions<WorkerOptions>(WorkerOptions.Section, configuration);
        services.AddFeatureOptions<RetentionOptions>(RetentionOptions.Section, configuration);
        services.AddOptions<DeclaredSchedules>().Configure(declared => declared.Read(configuration)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WorkerOptions>, WorkerOptionsRules>();
        services.PostConfigure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout(configuration));

        services.AddSingleton<RunningJobs>();
        services.AddSingleton<ServedQueues>();
        services.AddSingleton<CurrentLease>();
        services.AddSingleton<JobExecutor>();
        services.AddSingleton<ExchangeSender>();
        services.AddSingleton<UnknownClaims>();
        services.AddSingleton<ClaimLoop>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<WorkerOptions>>().Value;
            return new ExecutionSlots(options.Slots, options.MaxStuck ?? options.Slots);
        });
        services.AddSingleton(provider => new CompletionBuffer(provider.GetRequiredService<SignalHub>().Ready.Raise));

        // Stopped in the opposite order: the worker first, which needs all the others until its last job is reported.
        services.AddHostedService<PruneService>();
        services.AddHostedService<SearchIndexService>();
        services.AddHostedService<BulkActionService>();
        services.AddHostedService<StatisticsKeeper>();
        services.AddHostedService<StatisticsFolder>();
        services.AddHostedService<JobExpirer>();
        services.AddHostedService<CronService>();
        services.AddHostedService<ScheduleDeclarer>();
        services.AddHostedService<HandlerSchemaService>();
        services.AddHostedService<DueJobPromoter>();
        services.AddHostedService<SequenceAdvancer>();
        services.AddHostedService<LeaseReclaimer>();
        services.AddHostedService<CancelWatcher>();
        services.AddHostedService<WorkerService>();
        return services;
    }

    private static TimeSpan ShutdownTimeout(IConfiguration configuration)
    {
        var grace = configuration.GetSection(WorkerOptions.Section).Get<WorkerOptions>()?.DrainGrace ?? new WorkerOptions().DrainGrace;
        return grace + TimeSpan.FromSeconds(10);
    }
}
