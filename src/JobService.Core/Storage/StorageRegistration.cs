using JobService.Core.BulkActions;
using JobService.Core.Claiming;
using JobService.Core.Diagnostics;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Retention;
using JobService.Core.Routing;
using JobService.Core.Schedules;
using JobService.Core.Sequences;
using JobService.Core.Signals;
using JobService.Core.Storage.Reading;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Core.Workers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace JobService.Core.Storage;

/// <summary>Puts PostgreSQL behind the ports.</summary>
public static class StorageRegistration
{
    private const string ForLoops = "loops";

    /// <param name="services">Where the ports are registered.</param>
    /// <param name="connectionString">An Npgsql connection string, as the process resolved it; asked once, at first use.</param>
    public static IServiceCollection AddJobServiceStorage(this IServiceCollection services, Func<IServiceProvider, string> connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddFeatureOptions<DatabaseOptions>(DatabaseOptions.Section);
        services.AddSingleton<ServerNames>();
        services.AddSingleton<ScheduleTransaction>();
        services.AddSingleton<ScheduleRounds>();
        services.AddSingleton(provider => PostgresDatabase.CreateHot(
            connectionString(provider), provider.GetRequiredService<ServerNames>(), MaxConnections(provider)));
        services.AddKeyedSingleton(ForLoops, (provider, _) => PostgresDatabase.CreateForLoops(
            connectionString(provider), provider.GetRequiredService<ServerNames>()));
        services.AddPooledDbContextFactory<JobServiceDbContext>((provider, options) => options
            .UseNpgsql(
                PostgresDatabase.ForReading(connectionString(provider), MaxConnections(provider)),
                npgsql => npgsql.ExecutionStrategy(dependencies => new NonRetryingExecutionStrategy(dependencies)))
            .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking));

        // What calls wait for.
        services.AddSingleton<IJobStore, PostgresJobStore>();
        services.AddSingleton<IKeyedJobStore, PostgresKeyedJobStore>();
        services.AddSingleton<IJobQueries, PostgresJobQueries>();
        services.AddSingleton<IQueueStore, PostgresQueueStore>();
        services.AddSingleton<IBulkActionStore, PostgresBulkActionStore>();
        services.AddSingleton<IScheduleStore, PostgresScheduleStore>();
        services.AddSingleton<IScheduleTrigger, PostgresScheduleStore>();
        services.AddSingleton<IScheduleQueries, PostgresScheduleQueries>();
        services.AddSingleton<ILimitStore, PostgresLimitStore>();
        services.AddSingleton<ILimitQueries, PostgresLimitQueries>();
        services.AddSingleton<ISequenceStore, PostgresSequenceStore>();
        services.AddSingleton<ISequenceQueries, PostgresSequenceQueries>();
        services.AddSingleton<IQueueQueries, PostgresQueueQueries>();
        services.AddSingleton<IWorkerQueries, PostgresWorkerQueries>();
        services.AddSingleton<IRouteStore, PostgresRouteStore>();
        services.AddSingleton<IJobTypeStore, PostgresJobTypeStore>();
        services.AddSingleton<IJobTypeQueries, PostgresJobTypeQueries>();
        services.AddSingleton<ISchemaQueries, PostgresSchemaQueries>();

        // What goes on by itself.
        services.AddSingleton<IClaimStore>(OnLoops<PostgresClaimStore>);
        services.AddSingleton<IDueJobsStore>(OnLoops<PostgresDueJobsStore>);
        services.AddSingleton<IEndedHeadsStore>(OnLoops<PostgresEndedHeadsStore>);
        services.AddSingleton<IDueSchedulesStore>(OnLoops<PostgresDueSchedulesStore>);
        services.AddSingleton<ILeaseStore>(OnLoops<PostgresLeaseStore>);
        services.AddSingleton<ISignalLine>(OnLoops<PostgresSignalLine>);
        services.AddSingleton<IRoutingQueries>(OnLoops<PostgresRoutingQueries>);
        services.AddSingleton<IBulkStepStore>(OnLoops<PostgresBulkStepStore>);
        services.AddSingleton<IRetentionStore>(OnLoops<PostgresRetentionStore>);
        services.AddSingleton<ISearchIndexStore>(OnLoops<PostgresSearchIndexStore>);
        services.AddSingleton<IQueueStatisticsStore>(OnLoops<PostgresQueueStatisticsStore>);
        return services;
    }

    private static int MaxConnections(IServiceProvider provider) => provider.GetRequiredService<IOptions<DatabaseOptions>>().Value.MaxConnections;

    private static T OnLoops<T>(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<T>(provider, provider.GetRequiredKeyedService<NpgsqlDataSource>(ForLoops));
}
