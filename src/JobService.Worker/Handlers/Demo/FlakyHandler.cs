using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Fails as often as it is told, then succeeds.</summary>
[Job("demo.flaky")]
internal sealed class FlakyHandler : IJobHandler<FlakyPayload>
{
    public Task<JobOutcome> HandleAsync(FlakyPayload payload, JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult(context.Attempt <= payload.Failures
            ? JobOutcome.Fail("demo.flaky", $"Failure {context.Attempt} of {payload.Failures}.")
            : JobOutcome.Succeeded);
}
