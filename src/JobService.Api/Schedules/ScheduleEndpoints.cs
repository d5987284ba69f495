using JobService.Api.Jobs;
using JobService.Api.Problems;

namespace JobService.Api.Schedules;

/// <summary>What can be done with schedules, as a table of contents; each line's file has the rest.</summary>
internal static class ScheduleEndpoints
{
    public static IEndpointRouteBuilder MapSchedules(this IEndpointRouteBuilder routes)
    {
        var schedules = routes.MapGroup("/api/v1/schedules").WithTags("Schedules");

        schedules.MapGet("/", ListSchedules.HandleAsync).WithName("ListSchedules").Takes("limit", "cursor").Produces<ScheduleListResponse>().Refuses(400, 422, 503);
        schedules.MapPost("/preview", PreviewSchedule.Handle).WithName("PreviewSchedule").Produces<PreviewResponse>().Refuses(400, 413, 415, 422);
        schedules.MapPut("/{name}", PutSchedule.HandleAsync).WithName("PutSchedule")
            .Produces<ScheduleResponse>(201).Produces<ScheduleResponse>().Refuses(400, 409, 413, 415, 422, 503);
        schedules.MapGet("/{name}", GetSchedule.HandleAsync).WithName("GetSchedule").Produces<ScheduleResponse>().Refuses(404, 503);
        schedules.MapPatch("/{name}", EditSchedule.HandleAsync).WithName("EditSchedule").Produces<ScheduleResponse>().Refuses(400, 404, 409, 413, 415, 422, 503);
        schedules.MapDelete("/{name}", DeleteSchedule.HandleAsync).WithName("DeleteSchedule").Produces(204).Refuses(404, 409, 503);
        schedules.MapPost("/{name}/pause", PauseSchedule.PauseAsync).WithName("PauseSchedule").Produces<ScheduleResponse>().Refuses(400, 404, 409, 413, 415, 422, 503);
        schedules.MapPost("/{name}/resume", PauseSchedule.ResumeAsync).WithName("ResumeSchedule").Produces<ScheduleResponse>().Refuses(400, 404, 409, 413, 415, 422, 503);
        schedules.MapPost("/{name}/trigger", TriggerSchedule.HandleAsync).WithName("TriggerSchedule").Produces<JobResponse>(201)
            .Refuses(400, 404, 409, 413, 415, 422, 503).WithMetadata(new KeepsAnswers());
        schedules.MapPost("/{name}/backfill", BackfillSchedule.HandleAsync).WithName("BackfillSchedule").Produces<BackfillResponse>().Refuses(400, 404, 413, 415, 422, 503);
        schedules.MapGet("/{name}/next", ListNextRuns.HandleAsync).WithName("ListNextRuns").Takes("count").Produces<OccurrenceListResponse>().Refuses(400, 404, 422, 503);
        schedules.MapGet("/{name}/runs", ListRuns.HandleAsync).WithName("ListRuns").Takes("limit", "cursor").Produces<RunListResponse>().Refuses(400, 404, 422, 503);
        return routes;
    }
}
