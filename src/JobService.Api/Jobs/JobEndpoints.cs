using JobService.Api.Problems;

namespace JobService.Api.Jobs;

/// <summary>What can be done with jobs, as a table of contents; each line's file has the rest.</summary>
internal static class JobEndpoints
{
    private const string Json = "application/json";

    public static IEndpointRouteBuilder MapJobs(this IEndpointRouteBuilder routes)
    {
        var jobs = routes.MapGroup("/api/v1/jobs").WithTags("Jobs");

        jobs.MapPost("/", EnqueueJob.HandleAsync).WithName("EnqueueJob")
            .Produces<JobResponse>(201).Produces<JobResponse>(200).Produces<JobResponse>(202)
            .Refuses(400, 409, 410, 413, 415, 422, 429, 503).WithMetadata(new KeepsAnswers());
        jobs.MapPost("/bulk", EnqueueJobs.HandleAsync).WithName("EnqueueJobs").WithMetadata(new RequestSizeLimit(EnqueueJobs.MaxBodyBytes))
            .Accepts<BulkEnqueueRequest>(Json, EnqueueJobs.NdJson).Produces<BulkEnqueueResponse>(201).Produces<StreamedItem>(200, EnqueueJobs.NdJson)
            .Refuses(400, 406, 409, 410, 413, 415, 422, 429, 503).WithMetadata(new KeepsAnswers());
        jobs.MapPost("/validate", ValidateJob.HandleAsync).WithName("ValidateJob").Produces<ValidationResponse>().Refuses(400, 409, 410, 413, 415, 422, 503);

        // With any other method these words would be taken for ids.
        routes.Map("/api/v1/jobs/bulk", RefuseAllButPost).ExcludeFromDescription();
        routes.Map("/api/v1/jobs/validate", RefuseAllButPost).ExcludeFromDescription();

        jobs.MapGet("/", ListJobs.HandleAsync).WithName("ListJobs").Takes(JobListParameters.Names).Produces<JobListResponse>().Refuses(400, 422, 503);
        jobs.MapGet("/{id}", GetJob.HandleAsync).WithName("GetJob").Produces<JobResponse>().Produces(304).Refuses(400, 404, 410, 503);
        jobs.MapGet("/{id}/result", GetResult.HandleAsync).WithName("GetResult").Produces<object>(200, Json).Produces(202).Refuses(400, 404, 409, 410, 503);
        jobs.MapGet("/{id}/attempts", GetAttempts.HandleAsync).WithName("GetAttempts").Produces<AttemptListResponse>().Refuses(404, 410, 503);
        jobs.MapGet("/{id}/logs", GetLogs.HandleAsync).WithName("GetLogs").Takes("after").Produces<LogListResponse>().Refuses(400, 404, 410, 503);
        jobs.MapGet("/{id}/timeline", GetTimeline.HandleAsync).WithName("GetTimeline").Produces<TimelineResponse>().Refuses(404, 410, 503);
        jobs.MapGet("/{id}/explain", ExplainJob.HandleAsync).WithName("ExplainJob").Produces<ExplainResponse>().Refuses(404, 410, 503);
        jobs.MapGet("/{id}/events", StreamJob.HandleAsync).WithName("StreamJob").Produces<JobResponse>(200, "text/event-stream").Refuses(404, 410, 503);

        jobs.MapPost("/{id}/cancel", CancelJob.HandleAsync).WithName("CancelJob")
            .Produces<JobResponse>().Produces<JobResponse>(202).Refuses(400, 404, 409, 410, 413, 415, 422, 503);
        jobs.MapPost("/{id}/retry", RetryJob.HandleAsync).WithName("RetryJob").Produces<JobResponse>().Refuses(400, 404, 409, 410, 413, 415, 422, 503);
        jobs.MapPost("/{id}/replay", ReplayJob.HandleAsync).WithName("ReplayJob")
            .Produces<JobResponse>(201).Produces<JobResponse>(200).Produces<JobResponse>(202)
            .Refuses(400, 404, 409, 410, 413, 415, 422, 429, 503).WithMetadata(new KeepsAnswers());
        jobs.MapPatch("/{id}", EditJob.HandleAsync).WithName("EditJob").Produces<JobResponse>().Refuses(400, 404, 409, 410, 412, 413, 415, 422, 503);
        jobs.MapDelete("/{id}", DeleteJob.HandleAsync).WithName("DeleteJob").Produces(204).Refuses(404, 409, 410, 422, 503);
        jobs.MapDelete("/{id}/payload", ErasePayload.HandleAsync).WithName("ErasePayload").Produces(204).Refuses(404, 409, 410, 422, 503);
        return routes;
    }

    private static ProblemResult RefuseAllButPost(HttpRequest request, HttpResponse response)
    {
        // A POST only comes here when it is of none of the media types that its own endpoint reads.
        if (HttpMethods.IsPost(request.Method))
            return ProblemResult.Of(ProblemKind.UnsupportedMediaType);

        response.Headers.Allow = HttpMethods.Post;
        return ProblemResult.Of(ProblemKind.MethodNotAllowed);
    }
}
