using JobService.Core.Jobs;

namespace JobService.Core.JobTypes;

/// <summary>The schema of the payloads that a handler takes.</summary>
/// <param name="Type">The type it handles.</param>
/// <param name="Schema">A JSON Schema.</param>
public sealed record HandlerSchema(JobType Type, string Schema);
