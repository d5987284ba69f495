using JobService.Worker.Handlers.Demo;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Worker.Handlers;

/// <summary>The job types that every worker knows.</summary>
public static class BuiltInHandlers
{
    public static IServiceCollection AddBuiltInHandlers(this IServiceCollection services, IConfiguration configuration, bool isDevelopment) => isDevelopment
        ? services.AddHttpRequestHandler(configuration).AddDemoHandlers()
        : services.AddHttpRequestHandler(configuration);
}
