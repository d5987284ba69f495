using JobService.Core.Jobs;

namespace JobService.Core.Handlers;

/// <summary>A job type, how its handler is called, and what its payloads are read into.</summary>
internal sealed record RegisteredHandler(JobType Type, HandlerCall Call, Type Payload);
