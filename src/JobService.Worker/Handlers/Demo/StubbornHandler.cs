using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Waits as long as it is told and does not listen when it is asked to stop.</summary>
[Job("demo.stubborn")]
internal sealed class StubbornHandler(TimeProvider clock) : IJobHandler<DurationPayload>
{
    public async Task<JobOutcome> HandleAsync(DurationPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(payload.Wait(), clock, CancellationToken.None);
        return JobOutcome.Succeeded;
    }
}
