using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>The chapters of the document, in reading order.</summary>
internal sealed class DocumentTags : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
    {
        new() { Name = "Jobs", Description = "Enqueue jobs, watch them, wait for their results, and change their course." },
        new() { Name = "Schedules", Description = "Jobs by the clock: cron expressions, intervals and single times, one job for each occurrence." },
        new() { Name = "Routes", Description = "Rules that settle the queue, the priority, the limits and the policies of jobs whose callers don't." },
        new() { Name = "Job types", Description = "What is kept of each type: the schema of its payloads and the defaults of its jobs." },
        new() { Name = "Workers", Description = "The processes that run jobs." },
        new() { Name = "Health", Description = "For whoever starts, stops and routes to the service." },
        new() { Name = "Problems", Description = "What the `type` of every problem leads to." },
    };
}
