using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.JobTypes.Schemas;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>Shows what to send and what comes back, from <c>Examples/{operation}.json</c>; a problem without one is shown as its kind has it.</summary>
internal sealed class OperationExamples(JobRouter router) : IOperationFilter
{
    private const int MaxTypes = 50;

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var examples = DocumentFiles.Examples(operation.OperationId!);
        var instance = PathParameters.Example(context.ApiDescription.RelativePath!, HttpMethods.IsGet(context.ApiDescription.HttpMethod!));
        if (operation.RequestBody is OpenApiRequestBody body)
            body.Required = !context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<IAcceptsMetadata>().Any(accepts => accepts.IsOptional);
        foreach (var (mediaType, content) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
        {
            var isLines = string.Equals(mediaType, EnqueueJobs.NdJson, StringComparison.Ordinal);
            if (isLines)
                content.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = "One job a line, each as in `POST /jobs`." };
            content.Examples = Named(examples?[isLines ? "lines" : "request"]?.AsObject());
            if (operation.OperationId is "EnqueueJob")
                AddTypes(content.Examples);
        }

        foreach (var (status, response) in operation.Responses ?? [])
        {
            foreach (var (mediaType, content) in response.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
            {
                content.Example = examples?["responses"]?[status]?.DeepClone();
                if (string.Equals(mediaType, ProblemResult.MediaType, StringComparison.Ordinal))
                    content.Example ??= Problem(ProblemKind.OfStatus(int.Parse(status, CultureInfo.InvariantCulture)), instance);
                else if (content.Example?.GetValueKind() == JsonValueKind.String)
                    content.Schema = new OpenApiSchema { Type = JsonSchemaType.String };
                else if (operation.OperationId is "GetResult")
                    content.Schema = new OpenApiSchema { Description = "Any JSON: what the handler gave back." };
            }
        }
    }

    /// <summary>A job of each type that has a schema, with a payload that it takes; of those that are shown already, none.</summary>
    private void AddTypes(IDictionary<string, IOpenApiExample> examples)
    {
        var shown = examples.Values.Select(example => example.Value?["type"]?.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var types = (router.Current.Value?.Types ?? []).Where(type => !shown.Contains(type.Type.Name)).OrderBy(type => type.Type.Name, StringComparer.Ordinal);
        foreach (var type in types.Where(type => type.HasSchema).Take(MaxTypes))
        {
            if (PayloadExample.Of(type.Schema!) is { } payload)
            {
                examples[type.Type.Name] = new OpenApiExample
                {
                    Summary = $"A job of the type {type.Type}, as its schema has it",
                    Value = new JsonObject { ["type"] = type.Type.Name, ["payload"] = JsonNode.Parse(payload) },
                };
            }
        }
    }

    private static Dictionary<string, IOpenApiExample> Named(JsonObject? examples)
    {
        var named = new Dictionary<string, IOpenApiExample>(StringComparer.Ordinal);
        foreach (var (name, example) in examples ?? [])
            named[name] = new OpenApiExample { Summary = example!["summary"]!.GetValue<string>(), Value = example["value"]!.DeepClone() };
        return named;
    }

    private static JsonNode? Problem(ProblemKind kind, string instance) =>
        JsonSerializer.SerializeToNode(ProblemResult.Describe(kind, detail: null) with { Instance = instance }, ApiJson.TypeOf<ProblemResponse>());
}
