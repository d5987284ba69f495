using Microsoft.OpenApi;

namespace JobService.Api.OpenApi;

/// <summary>The OpenAPI document and Swagger UI.</summary>
internal static class OpenApiSetup
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "JobService",
                Version = "v1",
                Description = "Enqueue background jobs, watch them, wait for their results.",
            });
            options.IncludeXmlComments(typeof(OpenApiSetup).Assembly);
        });
        return services;
    }

    public static WebApplication UseApiDocument(this WebApplication app)
    {
        app.UseSwagger(options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.UseSwaggerUI(options => options.DocumentTitle = "JobService");
        return app;
    }
}
