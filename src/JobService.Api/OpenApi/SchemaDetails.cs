using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using JobService.Api.BulkActions;
using JobService.Api.Health;
using JobService.Api.Jobs;
using JobService.Api.Problems;
using JobService.Api.Queues;
using JobService.Api.Sequences;
using JobService.Api.Workers;
using JobService.Core.BulkActions;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Sequences;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace JobService.Api.OpenApi;

/// <summary>Says of schemas what the types alone don't: the words and ranges that are taken, what may be null, and that requests know no other members.</summary>
internal sealed class SchemaDetails : ISchemaFilter
{
    /// <summary>What a duration may be written as.</summary>
    public const JsonSchemaType DurationType = JsonSchemaType.Number | JsonSchemaType.String;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<(Type Type, string Member), string[]> Words = new()
    {
        [(typeof(RetryRequest), "backoff")] = WordsOf<BackoffKind>(),
        [(typeof(RetryResponse), "backoff")] = WordsOf<BackoffKind>(),
        [(typeof(RetryRequest), "jitter")] = WordsOf<Jitter>(),
        [(typeof(RetryResponse), "jitter")] = WordsOf<Jitter>(),
        [(typeof(UniqueRequest), "scope")] = [.. UniqueWords.Scopes.Keys.Order(StringComparer.Ordinal)],
        [(typeof(UniqueResponse), "scope")] = [.. UniqueWords.Scopes.Keys.Order(StringComparer.Ordinal)],
        [(typeof(UniqueRequest), "onConflict")] = [.. UniqueWords.Conflicts.Keys.Order(StringComparer.Ordinal)],
        [(typeof(UniqueResponse), "onConflict")] = [.. UniqueWords.Conflicts.Keys.Order(StringComparer.Ordinal)],
        [(typeof(SequenceMembers), "onFailure")] = [.. SequenceRules.Failures.Keys.Order(StringComparer.Ordinal)],
        [(typeof(JobSequenceResponse), "onFailure")] = [.. SequenceRules.Failures.Keys.Order(StringComparer.Ordinal)],
        [(typeof(AttemptResponse), "outcome")] = ["running", "succeeded", "failed", "timedOut", "lost", "abandoned", "cancelled"],
        [(typeof(BulkActionRequest), "action")] = [.. Enum.GetValues<BulkActionKind>().Select(kind => kind.Word())],
        [(typeof(BulkActionResponse), "action")] = [.. Enum.GetValues<BulkActionKind>().Select(kind => kind.Word())],
        [(typeof(BulkActionResponse), "state")] = BulkActionWords.States,
        [(typeof(WorkerResponse), "state")] = ["running", "draining", "stopped", "lost"],
        [(typeof(HealthResponse), "status")] = ["live", "ready", "not-ready"],
        [(typeof(HealthResponse), "database")] = ["ok", "away", "not-migrated"],
    };

    private static readonly Dictionary<(Type Type, string Member), (double Lowest, double Highest)> Ranges = new()
    {
        [(typeof(JobRequest), "priority")] = (JobPriority.Lowest, JobPriority.Highest),
        [(typeof(JobDefaultsRequest), "priority")] = (JobPriority.Lowest, JobPriority.Highest),
        [(typeof(JobDefaultsResponse), "priority")] = (JobPriority.Lowest, JobPriority.Highest),
        [(typeof(EditRequest), "priority")] = (JobPriority.Lowest, JobPriority.Highest),
        [(typeof(JobResponse), "priority")] = (JobPriority.Lowest, JobPriority.Highest),
        [(typeof(RetryRequest), "maxAttempts")] = (1, RetryPolicy.MaxAttemptsLimit),
        [(typeof(RetryRequest), "factor")] = (1, 100),
        [(typeof(QueueRequest), "weight")] = (1, QueueSettings.HeaviestWeight),
    };

    private static readonly Dictionary<(Type Type, string Member), string> Formats = new()
    {
        [(typeof(JobRequest), "runAt")] = "date-time",
        [(typeof(JobRequest), "expiresAt")] = "date-time",
        [(typeof(JobRequest), "deadline")] = "date-time",
        [(typeof(EditRequest), "runAt")] = "date-time",
        [(typeof(RestartRequest), "runAt")] = "date-time",
        [(typeof(JobResponse), "id")] = "uuid",
        [(typeof(JobResponse), "replayOf")] = "uuid",
        [(typeof(BulkEnqueuedItem), "id")] = "uuid",
        [(typeof(StreamedItem), "id")] = "uuid",
        [(typeof(ExplainResponse), "id")] = "uuid",
        [(typeof(BulkActionResponse), "id")] = "uuid",
        [(typeof(RefusedJobResponse), "job")] = "uuid",
        [(typeof(BulkFilterRequest), "createdFrom")] = "date-time",
        [(typeof(BulkFilterRequest), "createdTo")] = "date-time",
        [(typeof(ValidationResponse), "deduplicatedBy")] = "uuid",
        [(typeof(ProblemResponse), "holder")] = "uuid",
        [(typeof(SequenceHeadResponse), "id")] = "uuid",
        [(typeof(ResumeSequenceRequest), "job")] = "uuid",
    };

    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (schema is not OpenApiSchema described || context.MemberInfo is not null || context.ParameterInfo is not null)
            return;
        if (context.Type == typeof(TimeoutRequest))
            DescribeTimeout(described, context);
        else if (context.Type == typeof(SequenceRequest))
            DescribeSequence(described, context);
        else if (context.Type.Assembly == typeof(SchemaDetails).Assembly || context.Type.Assembly == typeof(Job).Assembly)
            DescribeMembers(described, context.Type);
    }

    private static void DescribeTimeout(OpenApiSchema schema, SchemaFilterContext context)
    {
        schema.Type = null;
        schema.Properties = null;
        schema.Required = null;
        schema.AdditionalPropertiesAllowed = true;
        schema.Description = "A duration, the soft limit; or an object with both limits.";
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.Number, Description = "Seconds.", Example = 30 },
            new OpenApiSchema { Type = JsonSchemaType.String, Description = "A duration such as `30s` or `PT30S`.", Example = "30s" },
            context.SchemaGenerator.GenerateSchema(typeof(TimeoutLimits), context.SchemaRepository),
        ];
    }

    private static void DescribeSequence(OpenApiSchema schema, SchemaFilterContext context)
    {
        schema.Type = null;
        schema.Properties = null;
        schema.Required = null;
        schema.AdditionalPropertiesAllowed = true;
        schema.Description = "The key of a sequence; or an object with the key, and what becomes of the jobs behind it when it fails.";
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Description = "The key; a failure holds the others up.", Pattern = SequenceKey.Expression, Example = "order-42" },
            context.SchemaGenerator.GenerateSchema(typeof(SequenceMembers), context.SchemaRepository),
        ];
    }

    private static void DescribeMembers(OpenApiSchema schema, Type type)
    {
        // Answers may grow.
        schema.AdditionalPropertiesAllowed = !IsRequest(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (schema.Properties is null || !schema.Properties.TryGetValue(name, out var member))
                continue;

            var isLeftOut = property.GetCustomAttribute<JsonIgnoreAttribute>() is { Condition: JsonIgnoreCondition.WhenWritingNull };
            if (isLeftOut)
                schema.Required?.Remove(name);

            var isNullable = !isLeftOut && Nullability.Create(property).ReadState == NullabilityState.Nullable;
            if (member is OpenApiSchemaReference && isNullable)
                schema.Properties[name] = new OpenApiSchema { OneOf = [member, new OpenApiSchema { Type = JsonSchemaType.Null }], Description = member.Description };
            else if (member is OpenApiSchema own)
                Describe(own, (property.DeclaringType!, name), isNullable);
        }
    }

    private static void Describe(OpenApiSchema member, (Type Type, string Member) key, bool isNullable)
    {
        if (!isNullable)
            member.Type &= ~JsonSchemaType.Null;
        if (member.Items is OpenApiSchema { Type: DurationType } item)
            item.Description = "A duration.";
        if (Words.TryGetValue(key, out var words))
            member.Enum = [.. words.Select(word => (JsonNode)word), .. isNullable ? [JsonNullSentinel.JsonNull] : Array.Empty<JsonNode>()];
        if (Ranges.TryGetValue(key, out var range))
        {
            member.Minimum = range.Lowest.ToString(CultureInfo.InvariantCulture);
            member.Maximum = range.Highest.ToString(CultureInfo.InvariantCulture);
        }

        if (Formats.TryGetValue(key, out var format))
            member.Format = format;
        if (IsRequest(key.Type) && key.Member is "type" or "queue")
            member.Pattern = NamePattern.Expression;
        if (key.Member is "metadata")
            member.Type = IsRequest(key.Type) ? JsonSchemaType.Object | JsonSchemaType.Null : JsonSchemaType.Object;
    }

    private static bool IsRequest(Type type) => type == typeof(TimeoutLimits) || type == typeof(SequenceMembers) || type.Name.EndsWith("Request", StringComparison.Ordinal);

    private static string[] WordsOf<T>()
        where T : struct, Enum =>
        [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())];
}
