using JobService.Core.Schedules;
using JobService.Core.Signals;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Scheduling;

/// <summary>Makes the jobs of schedules that are due. It sleeps until the next one is, a second at most; each worker has one, and none leads.</summary>
internal sealed class CronService(IDueSchedulesStore schedules, SignalHub signals, TimeProvider clock, ILogger<CronService> log) : RoundService(clock, log)
{
    private const int SchedulesARound = 1_000;

    private static readonly TimeSpan WhileOthersWork = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock = clock;
    private TimeSpan? untilNext;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        // Where the round fails, it is tried again after the wait of a failure.
        untilNext = null;
        var due = await schedules.RunDueAsync(SchedulesARound, cancellationToken);
        if (due.HasReady)
            signals.JobsReady();
        untilNext = due.UntilNext;
        return due.UntilNext <= TimeSpan.Zero && due.Schedules > 0;
    }

    // A timer may be early by a part of a millisecond; and what another process is just at is due, but not for this one.
    protected override Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => Task.Delay(
        untilNext is not { } until || until >= interval ? interval : until <= TimeSpan.Zero ? WhileOthersWork : until + TimeSpan.FromMilliseconds(1),
        clock,
        cancellationToken);
}
