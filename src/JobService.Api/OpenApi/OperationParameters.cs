using System.Text.Json.Nodes;
using JobService.Api.Jobs;
using JobService.Core.Queues;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>
/// The parameters that endpoints read by themselves: those of the list, and headers. Swagger fills in an example before anyone has seen it, so
/// only what always works is one; the others are shown in words.
/// </summary>
internal sealed class OperationParameters : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        operation.Parameters ??= [];
        foreach (var path in operation.Parameters.OfType<OpenApiParameter>())
            DescribePath(path, context.ApiDescription);
        foreach (var parameter in Of(operation.OperationId))
            operation.Parameters.Add(parameter);
    }

    private static void DescribePath(OpenApiParameter path, ApiDescription call)
    {
        if (PathParameters.Of(call.RelativePath!, path.Name!, HttpMethods.IsGet(call.HttpMethod!)) is { } shown)
            (path.Description, path.Example) = (shown.Description, shown.Example);
        if (path.Name is "name" or "type")
            path.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = NamePattern.Expression };
        if (path.Name is "id")
            path.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
    }

    private static IEnumerable<OpenApiParameter> Of(string? operation) => operation switch
    {
        "EnqueueJob" or "ReplayJob" => [Idempotency(), Prefer(), TraceParent(), TraceState()],
        "EnqueueJobs" => [Idempotency(), TraceParent(), TraceState()],
        "TriggerSchedule" or "CreateBulkAction" => [Idempotency()],
        "GetResult" => [Prefer()],
        "GetJob" => [Prefer(), Header("If-None-Match", "Versions the caller has, such as `\"0-3d697840c7271c74\"`; 304 when the current one is among them.")],
        "EditJob" => [Header("If-Match", "The version that is to be changed, an `ETag` such as `\"0-3d697840c7271c74\"`; 412 when it is another by now.")],
        "StreamJob" => [Header("Last-Event-ID", "The id of the last event that was seen, such as `0-3d697840c7271c74`; it is not sent again. Browsers send it by themselves.")],
        "GetLogs" => [Query("after", "The `nextAfter` of the answer before, such as `17`.", new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0" })],
        "GetRoutes" => [Header("If-None-Match", "Versions the caller has, such as `\"7\"`; 304 when the current one is among them.")],
        "PutRoutes" =>
        [
            Header("If-Match", "The version to be replaced, an `ETag` such as `\"7\"`, or `*` for whichever it is; 412 when it is another by now, 428 without it.", example: "*", isRequired: true),
        ],
        "PutJobType" => [Header("If-Match", "The version to be replaced, an `ETag` such as `\"1\"`; 412 when it is another by now.")],
        "ListJobTypes" => [Number("limit", "How many at most.", 200, 50), Query("cursor", "The `nextCursor` of the page before, such as `payment.capture`.")],
        "ListJobs" => ListParameters(),
        "ListBulkActions" => [Number("limit", "How many at most.", 200, 50), Query("cursor", "The `nextCursor` of the page before, such as `0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f`.")],
        "ListSchedules" => [Number("limit", "How many at most.", 200, 50), Query("cursor", "The `nextCursor` of the page before, such as `report.daily`.")],
        "ListLimits" => [Number("limit", "How many at most.", 200, 50), Query("cursor", "The `nextCursor` of the page before, such as `tenant:*`.")],
        "ListSequences" =>
        [
            Query("prefix", "What keys begin with, such as `order-`."),
            Query("held", "Whether the failure of a job holds it up, such as `true`; default whether or not.", new OpenApiSchema { Type = JsonSchemaType.Boolean }),
            Number("limit", "How many at most.", 200, 50),
            Query("cursor", "The `nextCursor` of the page before, such as `order-42`."),
        ],
        "ListRuns" => [Number("limit", "How many at most.", 200, 50), Query("cursor", "The `nextCursor` of the page before, such as `639312840965905890.0`.")],
        "ListNextRuns" => [Number("count", "How many at most.", 1_000, 10)],
        "GetQueueHistory" => HistoryParameters(),
        _ => [],
    };

    private static IEnumerable<OpenApiParameter> HistoryParameters() =>
    [
        Query("from", "Since when, such as `2026-12-01T00:00:00Z`; if nothing is said, 60 steps before the end.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
        Query("to", "Until when, such as `2026-12-02T00:00:00Z`; if nothing is said, now.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
        Query("step", "A duration of whole minutes, such as `5m`; at most 1,000 steps are told.", new OpenApiSchema { Type = SchemaDetails.DurationType, Default = "1m" }),
    ];

    private static IEnumerable<OpenApiParameter> ListParameters() =>
    [
        new()
        {
            Name = "state", In = ParameterLocation.Query, Description = "The states, with commas between them, such as `queued,running`.",
            Style = ParameterStyle.Form, Explode = false,
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [.. JobStateWords.All.OrderBy(state => state.Value).Select(state => (JsonNode)state.Key)] },
            },
        },
        Query("type", "A type, or a glob with `*` and `?`, such as `email.*`."),
        Query("queue", "A queue, such as `high`.", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = NamePattern.Expression }),
        new()
        {
            Name = "tag", In = ParameterLocation.Query, Description = "`key:value`, such as `tenant:42`; given several times, all must match.",
            Style = ParameterStyle.Form, Explode = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
        Query("worker", "The worker that runs it, or ran it last, such as `host-1:4711`."),
        Query("createdFrom", "Created at this time or later, such as `2026-12-01T00:00:00Z`.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
        Query("createdTo", "Created before this time, such as `2026-12-02T00:00:00Z`.", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" }),
        Query("schedule", "The schedule that made it, such as `report.daily`, in one of the runs that are still told; a replay is not of its schedule.", new OpenApiSchema { Type = JsonSchemaType.String, Pattern = NamePattern.Expression }),
        Number("limit", "How many at most.", 200, JobListParameters.DefaultLimit),
        Query("cursor", "The `nextCursor` of the page before, such as `AZO2rQ96fG6KPVpLHC0-Tw1a2b3c4d5e`, with the same filter."),
    ];

    private static OpenApiParameter Prefer() => Header(
        "Prefer", "`wait=10` holds the answer until the job is final, that many seconds at most, and no more than 60.", example: "wait=10");

    private static OpenApiParameter Idempotency() => Header(
        "Idempotency-Key", "1 to 255 visible ASCII characters, such as `order-4711`: the same request again gets the same answer for 24 hours, and does nothing more.");

    private static OpenApiParameter TraceParent() => Header(
        "traceparent", "The W3C trace that each attempt continues, such as `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.");

    private static OpenApiParameter TraceState() => Header("tracestate", "Goes with `traceparent`, such as `vendor=value`.");

    private static OpenApiParameter Header(string name, string description, JsonNode? example = null, bool isRequired = false) =>
        new() { Name = name, In = ParameterLocation.Header, Description = description, Example = example, Required = isRequired, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter Number(string name, string description, int most, int standard) => Query(
        name, description, new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1", Maximum = $"{most}", Default = standard }, example: standard);

    private static OpenApiParameter Query(string name, string description, OpenApiSchema? schema = null, JsonNode? example = null) =>
        new() { Name = name, In = ParameterLocation.Query, Description = description, Example = example, Schema = schema ?? new OpenApiSchema { Type = JsonSchemaType.String } };
}
