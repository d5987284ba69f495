using JobService.Core.Handlers;

namespace JobService.Worker.Handlers.Demo;

/// <summary>Its result is its payload, to the byte.</summary>
[Job("demo.echo")]
internal sealed class EchoHandler : IJobHandler<RawPayload, RawResult>
{
    public Task<JobOutcome<RawResult>> HandleAsync(RawPayload payload, JobContext context, CancellationToken cancellationToken) =>
        Task.FromResult<JobOutcome<RawResult>>(new RawResult(payload.Utf8Json));
}
