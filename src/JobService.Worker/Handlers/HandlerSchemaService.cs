using JobService.Core.Handlers;
using JobService.Core.JobTypes;
using JobService.Core.Signals;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Handlers;

/// <summary>
/// Tells what the handlers of this process take: at its start, and each hour while it runs, so that the schema of a version that is gone is forgotten a day later, and that of
/// one that runs never is.
/// </summary>
internal sealed class HandlerSchemaService(IJobTypeStore types, JobHandlers handlers, SignalHub signals, TimeProvider clock, ILogger<HandlerSchemaService> log) : RoundService(clock, log)
{
    protected override TimeSpan Interval => TimeSpan.FromHours(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (handlers.Schemas.Count == 0)
            return false;
        await types.TellHandlersAsync(handlers.Schemas, cancellationToken);
        signals.RoutingChanged();
        return false;
    }
}
