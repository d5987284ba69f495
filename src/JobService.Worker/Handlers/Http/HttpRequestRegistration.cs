using JobService.Core;
using JobService.Core.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Worker.Handlers.Http;

/// <summary>Registers the built-in job type <c>http.request</c>.</summary>
internal static class HttpRequestRegistration
{
    public static IServiceCollection AddHttpRequestHandler(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddFeatureOptions<HttpRequestOptions>(HttpRequestOptions.Section, configuration)
            .Validate(
                options => options.Secret is null || options.SecretBytes() is not null,
                $"{HttpRequestOptions.Section}:Secret must be whsec_ and 24 to 64 bytes in Base64.");
        services.AddSingleton<OutgoingHttp>();
        return services.AddJobHandler<HttpRequestHandler>();
    }
}
