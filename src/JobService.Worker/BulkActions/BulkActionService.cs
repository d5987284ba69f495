using JobService.Core.BulkActions;
using JobService.Core.Signals;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.BulkActions;

/// <summary>Does bulk actions, a step a round. Each worker has one, and none leads: whoever comes takes the action that has waited longest.</summary>
internal sealed partial class BulkActionService(IBulkStepStore steps, SignalHub signals, TimeProvider clock, ILogger<BulkActionService> log) : RoundService(clock, log)
{
    private static readonly TimeSpan WhileOthersWork = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock = clock;
    private readonly ILogger<BulkActionService> log = log;
    private TimeSpan? untilNext;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        untilNext = null;
        if (await steps.RunNextAsync(cancellationToken) is not { } step)
        {
            untilNext = await steps.UntilNextAsync(cancellationToken);
            return false;
        }

        if (step.HasReady)
            signals.JobsReady();
        if (step.HasCancelRequests)
            signals.CancelRequested();
        if (step.HasEnded)
            signals.HeadsEnded();
        var action = step.Action;
        if (action.Failures > 0)
            LogStepFailed(action.Id.Value, action.Failures, action.State, action.Error);
        if (action.IsFinal)
            LogEnded(action.Id.Value, action.Asked.Kind, action.State, action.Matched, action.Acted, action.Refused);
        return true;
    }

    // What another process is just at is due, but not for this one.
    protected override Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => Task.Delay(
        untilNext is not { } until || until >= interval ? interval : until <= TimeSpan.Zero ? WhileOthersWork : until + TimeSpan.FromMilliseconds(1),
        clock,
        cancellationToken);
}
