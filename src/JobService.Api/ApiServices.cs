using JobService.Api.BulkActions;
using JobService.Api.Health;
using JobService.Api.Jobs;
using JobService.Api.JobTypes;
using JobService.Api.Json;
using JobService.Api.Limits;
using JobService.Api.OpenApi;
using JobService.Api.Problems;
using JobService.Api.Queues;
using JobService.Api.Routes;
using JobService.Api.Schedules;
using JobService.Api.Security;
using JobService.Api.Sequences;
using JobService.Api.Workers;
using JobService.Core;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace JobService.Api;

/// <summary>Makes a process serve the API.</summary>
internal static partial class ApiServices
{
    public static IServiceCollection AddJobServiceApi(this IServiceCollection services, IConfiguration configuration, bool isDevelopment)
    {
        services.AddFeatureOptions<ApiOptions>(ApiOptions.Section, configuration);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.Configure<KestrelServerOptions>(RequestHead.Configure);
        services.AddSingleton(provider =>
        {
            var router = provider.GetRequiredService<JobRouter>();
            return new JobRequestValidator(provider.GetRequiredService<JobIdSequence>(), () => router.Current);
        });
        services.AddHostedService(provider => provider.GetRequiredService<JobRouter>());
        services.AddSingleton<JobTypeReader>();
        services.AddSingleton<ScheduleRequestValidator>();
        services.AddSingleton<ScheduleReader>();
        services.AddSingleton<JobReader>();
        services.AddSingleton<EnqueueAnswers>();
        services.AddAccess(configuration, isDevelopment);
        services.AddApiDocument();
        return services;
    }

    public static WebApplication UseJobServiceApi(this WebApplication app)
    {
        app.UseHeadAsGet();
        app.UseRouting();
        app.UseJobServiceProblems();
        app.UseRequestHeadLimits();
        app.UseAccess();
        app.UseTakenParameters();
        app.Use(IdempotencyKey.RefuseAsync);
        app.UseApiDocument();

        app.MapGet("/", () => Results.Redirect("/swagger")).ExcludeFromDescription();
        app.MapJobs();
        app.MapBulkActions();
        app.MapQueues();
        app.MapSchedules();
        app.MapLimits();
        app.MapSequences();
        app.MapRoutes();
        app.MapJobTypes();
        app.MapWorkers();
        app.MapHealth();
        app.MapProblems();
        return app;
    }

    /// <summary>Checks every option before anything is started, so that a slip is told at once.</summary>
    /// <exception cref="OptionsValidationException">An option is wrong; the message names its key.</exception>
    /// <exception cref="InvalidOperationException">A value can't be read; so is its message.</exception>
    public static void CheckOptions(this WebApplication app)
    {
        ListenUrls.Of(app.Configuration);
        app.Services.GetRequiredService<IStartupValidator>().Validate();
    }

    /// <summary>Runs until it is told to stop. A start that fails is undone in order, so that no loop that had begun takes its end for a fault.</summary>
    public static async Task ServeAsync(this WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.StopAsync();
            throw;
        }

        await app.WaitForShutdownAsync();
    }

    /// <summary>Says where everything is, once it is there.</summary>
    public static void AnnounceWhenReady(this WebApplication app, string database) => app.Lifetime.ApplicationStarted.Register(() =>
    {
        var url = app.Urls.FirstOrDefault() ?? "";
        LogReady(app.Logger, $"{url}/api/v1", $"{url}/swagger", database);
    });
}
