namespace JobService.Core.Handlers;

/// <summary>Makes a handler in a scope and calls it.</summary>
internal delegate Task<JobOutcome> HandlerCall(
    IServiceProvider scope, ReadOnlyMemory<byte> payload, JobContext context, CancellationToken cancellationToken);
