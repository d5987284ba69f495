using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;

namespace JobService.Api.JobTypes;

internal static class GetJobType
{
    /// <summary>Shows a job type: the schema of its payloads, its defaults, who handles it now, and how long its jobs take.</summary>
    /// <remarks>Any name that a type may have is answered, since a job of any type is accepted; of an unknown one everything is empty.</remarks>
    public static async Task<IResult> HandleAsync(string type, IJobTypeQueries types, JobTypeReader reader, HttpContext context) =>
        JobType.TryParse(type, out var parsed)
            ? Results.Json(await reader.ShowAsync(await types.FindAsync(parsed, context.RequestAborted), context), ApiJson.TypeOf<JobTypeResponse>())
            : new Refusal.NotFound($"There is no job type '{type}', and none can have that name.").ToResult();
}
