using JobService.Core.Attempts;
using JobService.Core.Enqueueing;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Results;
using JobService.Core.Retention;
using JobService.Core.Signals;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobService.Core;

/// <summary>What every process of the service has, whether it serves, works, or does both.</summary>
public static class CoreServices
{
    /// <summary>Registers enqueueing, signals, waiting for results and the handlers' registry; storage is registered apart.</summary>
    public static IServiceCollection AddJobServiceCore(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddFeatureOptions<EnqueueOptions>(EnqueueOptions.Section, configuration);
        services.AddFeatureOptions<HandlerOptions>(HandlerOptions.Section, configuration);

        services.AddSingleton<JobIdSequence>();
        services.AddSingleton<JobEnqueuer>();
        services.AddSingleton<JobRouter>();
        services.AddSingleton<SignalHub>();
        services.AddSingleton<FinalJobWatch>();
        services.AddSingleton(provider => new JobHandlers(provider.GetServices<RegisteredHandler>()));
        services.AddSingleton<HandlerInvoker>();

        services.AddHostedService<PartitionKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<SignalHub>());
        services.AddHostedService(provider => provider.GetRequiredService<FinalJobWatch>());
        services.AddHostedService(provider => provider.GetRequiredService<JobEnqueuer>());
        return services;
    }
}
