using System.Text.Json.Serialization;
using JobService.Api.BulkActions;
using JobService.Api.Health;
using JobService.Api.Jobs;
using JobService.Api.JobTypes;
using JobService.Api.Limits;
using JobService.Api.Problems;
using JobService.Api.Queues;
using JobService.Api.Routes;
using JobService.Api.Schedules;
using JobService.Api.Sequences;
using JobService.Api.Workers;

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
[JsonSerializable(typeof(BulkEnqueueResponse))]
[JsonSerializable(typeof(StreamedItem))]
[JsonSerializable(typeof(ValidationResponse))]
[JsonSerializable(typeof(AttemptListResponse))]
[JsonSerializable(typeof(LogListResponse))]
[JsonSerializable(typeof(TimelineResponse))]
[JsonSerializable(typeof(ExplainResponse))]
[JsonSerializable(typeof(BulkActionRequest))]
[JsonSerializable(typeof(BulkActionResponse))]
[JsonSerializable(typeof(BulkActionListResponse))]
[JsonSerializable(typeof(DryRunResponse))]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(QueueReasonRequest))]
[JsonSerializable(typeof(QueueResponse))]
[JsonSerializable(typeof(QueuePurgeResponse))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(PreviewRequest))]
[JsonSerializable(typeof(PauseRequest))]
[JsonSerializable(typeof(BackfillRequest))]
[JsonSerializable(typeof(NoMembers))]
[JsonSerializable(typeof(ScheduleResponse))]
[JsonSerializable(typeof(ScheduleListResponse))]
[JsonSerializable(typeof(PreviewResponse))]
[JsonSerializable(typeof(OccurrenceListResponse))]
[JsonSerializable(typeof(RunListResponse))]
[JsonSerializable(typeof(BackfillResponse))]
[JsonSerializable(typeof(LimitRequest))]
[JsonSerializable(typeof(LimitResponse))]
[JsonSerializable(typeof(LimitListResponse))]
[JsonSerializable(typeof(SequenceMembers))]
[JsonSerializable(typeof(ResumeSequenceRequest))]
[JsonSerializable(typeof(SequenceResponse))]
[JsonSerializable(typeof(SequenceListResponse))]
[JsonSerializable(typeof(List<RouteRequest>))]
[JsonSerializable(typeof(IReadOnlyList<RouteResponse>))]
[JsonSerializable(typeof(RouteTestResponse))]
[JsonSerializable(typeof(JobTypeRequest))]
[JsonSerializable(typeof(JobTypeResponse))]
[JsonSerializable(typeof(JobTypeListResponse))]
[JsonSerializable(typeof(QueueListResponse))]
[JsonSerializable(typeof(QueueStatisticsResponse))]
[JsonSerializable(typeof(QueueHistoryResponse))]
[JsonSerializable(typeof(RawJson))]
[JsonSerializable(typeof(WorkerListResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ProblemResponse))]
[JsonSerializable(typeof(ProblemKind))]
[JsonSerializable(typeof(IReadOnlyList<ProblemKind>))]
internal sealed partial class ApiJsonContext : JsonSerializerContext;
