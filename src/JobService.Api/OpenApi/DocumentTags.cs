using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>The chapters of the document, in reading order.</summary>
internal sealed class DocumentTags : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
    {
        new() { Name = "Jobs", Description = "Enqueue jobs, watch them, wait for their results, and change their course." },
        new() { Name = "Queues", Description = "What queues are doing." },
        new() { Name = "Schedules", Description = "Jobs by the clock: cron expressions, intervals and single times, one job for each occurrence." },
        new() { Name = "Workers", Description = "The processes that run jobs." },
        new() { Name = "Health", Description = "For whoever starts, stops and routes to the service." },
        new() { Name = "Problems", Description = "What the `type` of every problem leads to." },
    };
}
