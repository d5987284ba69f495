using JobService.Core.Handlers;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Job types to try the service with; in Development only.</summary>
internal static class DemoHandlers
{
    public static IServiceCollection AddDemoHandlers(this IServiceCollection services) => services
        .AddJobHandler<EchoHandler>()
        .AddJobHandler<SleepHandler>()
        .AddJobHandler<FailHandler>()
        .AddJobHandler<FlakyHandler>()
        .AddJobHandler<StubbornHandler>();
}
