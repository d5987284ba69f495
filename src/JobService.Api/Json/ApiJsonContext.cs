using System.Text.Json.Serialization;
using JobService.Api.Jobs;
using JobService.Api.Problems;

namespace JobService.Api.Json;

/// <summary>The source-generated metadata of every request and answer. Use it through <see cref="ApiJson"/>, which adds the converters.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(EnqueueRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(RestartRequest))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(CancelRequest))]
[JsonSerializable(typeof(BulkEnqueueRequest))]
[JsonSerializable(typeof(TimeoutLimits))]
[JsonSerializable(typeof(JobResponse))]
[JsonSerializable(typeof(JobListResponse))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(ProblemKind))]
[JsonSerializable(typeof(IReadOnlyList<ProblemKind>))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
