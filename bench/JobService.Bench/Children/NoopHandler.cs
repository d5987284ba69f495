using JobService.Core.Handlers;

namespace JobService.Bench.Children;

/// <summary>Does nothing, so that all that is measured is everything around it.</summary>
[Job(Type)]
internal sealed class NoopHandler(DrainClock drain) : IJobHandler<NoopPayload>
{
    public const string Type = "bench.noop";

    private static readonly Task<JobOutcome> Done = Task.FromResult(JobOutcome.Succeeded);

    public Task<JobOutcome> HandleAsync(NoopPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        drain.Began();
        return Done;
    }
}
