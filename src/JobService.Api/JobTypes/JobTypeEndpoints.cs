using JobService.Api.Problems;

namespace JobService.Api.JobTypes;

/// <summary>What can be done with job types, as a table of contents; each line's file has the rest.</summary>
internal static class JobTypeEndpoints
{
    public static IEndpointRouteBuilder MapJobTypes(this IEndpointRouteBuilder app)
    {
        var types = app.MapGroup("/api/v1/job-types").WithTags("Job types");
        types.MapGet("/", ListJobTypes.HandleAsync).WithName("ListJobTypes").Takes("limit", "cursor").Produces<JobTypeListResponse>().Refuses(400, 422, 503);
        types.MapGet("/{type}", GetJobType.HandleAsync).WithName("GetJobType").Produces<JobTypeResponse>().Refuses(404, 503);
        types.MapPut("/{type}", PutJobType.HandleAsync).WithName("PutJobType").Produces<JobTypeResponse>().Refuses(400, 412, 413, 415, 422, 503);
        return app;
    }
}
