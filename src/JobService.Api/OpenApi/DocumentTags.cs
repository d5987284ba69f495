using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>The chapters of the document, in reading order.</summary>
internal sealed class DocumentTags : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
    {
        new() { Name = "Jobs", Description = "Enqueue jobs, watch them, wait for their results, and change their course." },
        new() { Name = "Bulk actions", Description = "Cancel, retry, delete, replay or move all jobs that a filter finds, in the background." },
        new() { Name = "Queues", Description = "The lanes in which jobs wait: see what they are doing, pause and resume them, weigh them, empty them." },
        new() { Name = "Schedules", Description = "Jobs by the clock: cron expressions, intervals and single times, one job for each occurrence." },
        new() { Name = "Limits", Description = "How many jobs of a key, a queue or a type run at once, and how many start in a time." },
        new() { Name = "Sequences", Description = "Jobs of a key that run one after the other: whose turn it is, and what a failure holds up." },
        new() { Name = "Routes", Description = "Rules that settle the queue, the priority, the limits and the policies of jobs whose callers don't." },
        new() { Name = "Job types", Description = "What is kept of each type: the schema of its payloads and the defaults of its jobs." },
        new() { Name = "Workers", Description = "The processes that run jobs." },
        new() { Name = "Health", Description = "For whoever starts, stops and routes to the service." },
        new() { Name = "Problems", Description = "What the `type` of every problem leads to." },
    };
}
