using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retention;
using JobService.Core.Signals;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Core.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace JobService.Core.Storage;

/// <summary>Puts PostgreSQL behind the ports.</summary>
public static class StorageRegistration
{
    /// <param name="services">Where the ports are registered.</param>
    /// <param name="connectionString">An Npgsql connection string, as the process resolved it; asked once, at first use.</param>
    public static IServiceCollection AddJobServiceStorage(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServerNames>();
        services.AddSingleton(provider => PostgresDatabase.CreateHot(connectionString(provider), provider.GetRequiredService<ServerNames>()));
        services.AddPooledDbContextFactory<JobServiceDbContext>((provider, options) => options
            .UseNpgsql(
                PostgresDatabase.ForReading(connectionString(provider)),
                npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));

        services.AddSingleton<IJobStore, PostgresJobStore>();
        services.AddSingleton<IClaimStore, PostgresClaimStore>();
        services.AddSingleton<IDueJobsStore, PostgresDueJobsStore>();
        services.AddSingleton<ILeaseStore, PostgresLeaseStore>();
        services.AddSingleton<ISignalLine, PostgresSignalLine>();
        services.AddSingleton<IRetentionStore, PostgresRetentionStore>();
        services.AddSingleton<IJobQueries, PostgresJobQueries>();
        services.AddSingleton<IWorkerQueries, PostgresWorkerQueries>();
        return services;
    }
}
