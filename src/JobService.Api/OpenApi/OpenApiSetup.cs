using JobService.Api.Json;
using Microsoft.OpenApi;

namespace JobService.Api.OpenApi;

/// <summary>The OpenAPI document and Swagger UI. Words come from the comments of requests, answers and endpoints, and from the files beside this one.</summary>
internal static class OpenApiSetup
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo { Title = "JobService", Version = "v1", Description = DocumentFiles.Text("Introduction.md") });
            options.IncludeXmlComments(typeof(OpenApiSetup).Assembly);
            options.CustomSchemaIds(SchemaNames.Of);
            options.SupportNonNullableReferenceTypes();
            options.MapType<RawJson>(() => new OpenApiSchema());
            options.MapType<JsonSlice>(() => new OpenApiSchema());
            options.MapType<JsonDuration>(() => new OpenApiSchema { Type = SchemaDetails.DurationType });
            options.MapType<JsonDuration?>(() => new OpenApiSchema { Type = SchemaDetails.DurationType | JsonSchemaType.Null });
            options.MapType<WordList>(() => new OpenApiSchema
            {
                OneOf =
                [
                    new OpenApiSchema { Type = JsonSchemaType.String },
                    new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
                    new OpenApiSchema { Type = JsonSchemaType.Null },
                ],
            });
            options.SchemaFilter<SchemaDetails>();
            options.OperationFilter<OperationParameters>();
            options.OperationFilter<OperationAnswers>();
            options.OperationFilter<OperationExamples>();
            options.DocumentFilter<DocumentTags>();
            options.AddSecurityDefinition(OperationAnswers.SecurityScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API key. In Development without keys none is needed, and only this machine may call.",
            });
        });
        return services;
    }

    /// <summary>Serves both, of requests that no endpoint takes: no other needs to be looked at.</summary>
    public static IApplicationBuilder UseApiDocument(this IApplicationBuilder app) => app.UseWhen(
        context => context.GetEndpoint() is null,
        documents =>
        {
            documents.UseSwagger(options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
            documents.UseSwaggerUI(options => options.DocumentTitle = "JobService");
        });
}
