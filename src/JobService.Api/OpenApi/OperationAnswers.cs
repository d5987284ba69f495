using System.Globalization;
using JobService.Api.Jobs;
using JobService.Api.Problems;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>What every call may be answered with, what each answer means, and the headers it has.</summary>
internal sealed class OperationAnswers : IOperationFilter
{
    public const string SecurityScheme = "Bearer";

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Responses ??= [];
        if (context.ApiDescription.RelativePath!.StartsWith("api/", StringComparison.Ordinal))
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecurityScheme, context.Document)] = [] }];
            foreach (var status in (ReadOnlySpan<int>)[401, 403, 406, 422, 500])
                operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), Problem(context));
        }

        foreach (var (status, response) in operation.Responses)
        {
            var answer = (OpenApiResponse)response;
            answer.Description = Meaning(operation.OperationId, status) ?? ProblemKind.OfStatus(int.Parse(status, CultureInfo.InvariantCulture)).Meaning;
            answer.Headers = HeadersOf(operation.OperationId, status);
        }

        var ordered = new OpenApiResponses();
        foreach (var (status, response) in operation.Responses.OrderBy(answer => answer.Key, StringComparer.Ordinal))
            ordered.Add(status, response);
        operation.Responses = ordered;
    }

    private static OpenApiResponse Problem(OperationFilterContext context) => new()
    {
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [ProblemResult.MediaType] = new() { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemResponse), context.SchemaRepository) },
        },
    };

    private static string? Meaning(string? operation, string status) => (operation, status) switch
    {
        ("EnqueueJob" or "ReplayJob", "200") => "The job is final: the caller waited for it. Or another job holds the unique key, and is shown in its place.",
        ("EnqueueJob" or "ReplayJob" or "EnqueueJobs" or "ValidateJob", "409") => "Another job holds the unique key; or a request with the same `Idempotency-Key` is still under way.",
        ("TriggerSchedule" or "CreateBulkAction", "409") => "A request with the same `Idempotency-Key` is still under way.",
        ("EnqueueJob" or "EnqueueJobs" or "ValidateJob", "410") => "The job that holds the unique key is no longer there.",
        ("EnqueueJob" or "ReplayJob" or "TriggerSchedule", "201") => "The job is stored.",
        ("EnqueueJob" or "ReplayJob", "202") => "The job is stored, and was not final when the wait ran out.",
        ("EnqueueJobs", "200") => "Of the streamed form: a line for each line, as it goes.",
        ("EnqueueJobs", "201") => "All the jobs are stored.",
        ("PutQueue" or "PutLimit" or "PutSchedule", "201") => "It is new.",
        ("CreateBulkAction", "202") => "The action is stored, and workers do it.",
        ("GetResult", "200") => "The result itself.",
        ("GetResult", "202") => "The job is not final.",
        ("GetResult", "409") => "The job failed or was cancelled, so it has no result.",
        ("CancelJob", "200") => "The job is cancelled.",
        ("CancelJob", "202") => "The job runs, and its handler is asked to stop.",
        ("StreamJob", "200") => "An event for each change, until the job is final.",
        ("GetReadiness", "503") => "The database does not answer.",
        (_, "200") => "The answer.",
        (_, "204") => "Done.",
        (_, "304") => "The caller has this version.",
        (_, "503") => $"{ProblemKind.Unavailable.Meaning} Or `{ProblemKind.InUse.Type}`: {char.ToLowerInvariant(ProblemKind.InUse.Meaning[0])}{ProblemKind.InUse.Meaning[1..]}",
        _ => null,
    };

    private static Dictionary<string, IOpenApiHeader> HeadersOf(string? operation, string status)
    {
        var headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        if (operation is "EnqueueJob" or "ReplayJob" && status is "200" or "201" or "202" || (operation, status) is ("GetResult", "202"))
            headers["Location"] = Header("Where to look.", "/api/v1/jobs/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f");
        if (CreatedAt(operation, status) is { } path)
            headers["Location"] = Header("Where it is.", path);
        if (operation is "EnqueueJob" or "ReplayJob" && status is "200" or "202" || (operation, status) is ("GetJob" or "GetResult", "200") or ("GetResult", "202"))
            headers["Preference-Applied"] = Header("The wait that was granted, where one was asked for.", "wait=10");
        if ((operation, status) is ("GetJob", "200" or "304") or ("EditJob", "200"))
            headers["ETag"] = Header("The version of the job.", "\"0-3d697840c7271c74\"");
        if (operation is "EnqueueJob" or "ReplayJob" && status is "200" or "201" or "202" || (operation, status) is ("EnqueueJobs" or "TriggerSchedule", "201") or ("CreateBulkAction", "202"))
            headers[IdempotencyKey.ReplayedHeader] = Header("Of an answer that was kept: the request came before with this `Idempotency-Key`.", "true");
        if ((operation, status) is ("GetRoutes", "200" or "304") or ("PutRoutes", "200"))
            headers["ETag"] = Header("The version of the rules.", "\"7\"");
        if ((operation, status) is ("GetJobType" or "PutJobType", "200"))
            headers["ETag"] = Header("The revision of what was PUT.", "\"1\"");
        if (status is "202" && operation is not ("CancelJob" or "CreateBulkAction") || status is "429" or "503" && operation is not "GetReadiness")
            headers["Retry-After"] = Header("Seconds to wait before asking again.", "1");
        if (status is "409" && operation is "EnqueueJob" or "EnqueueJobs" or "ReplayJob" or "TriggerSchedule" or "CreateBulkAction")
            headers["Retry-After"] = Header($"Of `{ProblemKind.IdempotencyKeyInFlight.Type}`: seconds to wait before asking again.", "1");
        if (status is "401")
            headers["WWW-Authenticate"] = Header("The credentials that are needed.", "Bearer");
        return headers;
    }

    /// <summary>An example of where something is that a call has made; null where it makes nothing, or is one of those that enqueue.</summary>
    private static string? CreatedAt(string? operation, string status) => (operation, status) switch
    {
        ("PutQueue", "201") => "/api/v1/queues/high",
        ("PutLimit", "201") => "/api/v1/limits/tenant:42",
        ("PutSchedule", "201") => "/api/v1/schedules/report.daily",
        ("TriggerSchedule", "201") => "/api/v1/jobs/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f",
        ("CreateBulkAction", "202") => "/api/v1/bulk-actions/0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f",
        _ => null,
    };

    private static OpenApiHeader Header(string description, string example) =>
        new() { Description = description, Example = example, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
