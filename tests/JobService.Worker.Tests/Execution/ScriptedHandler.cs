using JobService.Core.Handlers;

namespace JobService.Worker.Tests.Execution;

/// <summary>Does what a test says.</summary>
internal sealed class ScriptedHandler(Func<RawPayload, JobContext, CancellationToken, Task<JobOutcome<RawResult>>> handle)
    : IJobHandler<RawPayload, RawResult>
{
    public Task<JobOutcome<RawResult>> HandleAsync(RawPayload payload, JobContext context, CancellationToken cancellationToken) =>
        handle(payload, context, cancellationToken);
}
