using JobService.Core.Jobs;

namespace JobService.Core.Handlers;

/// <summary>A job type and how its handler is called.</summary>
internal sealed record RegisteredHandler(JobType Type, HandlerCall Call);
