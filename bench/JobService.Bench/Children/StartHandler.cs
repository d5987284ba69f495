using JobService.Core.Handlers;

namespace JobService.Bench.Children;

/// <summary>Says that it started, and is done.</summary>
[Job(NoopHandler.Type)]
internal sealed class StartHandler(Starts starts) : IJobHandler<NoopPayload>
{
    public Task<JobOutcome> HandleAsync(NoopPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        starts.Started();
        return Task.FromResult(JobOutcome.Succeeded);
    }
}
