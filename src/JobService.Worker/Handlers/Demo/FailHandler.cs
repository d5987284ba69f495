using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Throws, every time.</summary>
[Job("demo.fail")]
internal sealed class FailHandler : IJobHandler<FailPayload>
{
    public Task<JobOutcome> HandleAsync(FailPayload payload, JobContext context, CancellationToken cancellationToken) =>
        throw new InvalidOperationException(payload.Message);
}
