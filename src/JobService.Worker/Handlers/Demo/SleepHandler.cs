using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Waits as long as it is told, and stops when it is asked to.</summary>
[Job("demo.sleep")]
internal sealed class SleepHandler(TimeProvider clock) : IJobHandler<DurationPayload>
{
    public async Task<JobOutcome> HandleAsync(DurationPayload payload, JobContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(payload.Wait(), clock, cancellationToken);
        return JobOutcome.Succeeded;
    }
}
