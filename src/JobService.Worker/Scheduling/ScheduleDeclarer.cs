using JobService.Core.Errors;
using JobService.Core.Schedules;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Scheduling;

/// <summary>
/// Brings the schedules that the configuration declares into the database: once, at the start of the process. It leaves alone what others declare, so that processes with different
/// configurations don't undo each other's; the last to start has its way with what they share.
/// </summary>
internal sealed partial class ScheduleDeclarer(
    IScheduleStore schedules, IOptions<DeclaredSchedules> declared, TimeProvider clock, ILogger<ScheduleDeclarer> log) : RoundService(clock, log)
{
    private readonly Queue<DeclaredSchedule> waiting = new(declared.Value.Schedules);
    private readonly HashSet<ScheduleName> toldToWait = [];
    private readonly TimeProvider clock = clock;
    private readonly ILogger<ScheduleDeclarer> log = log;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        for (var left = waiting.Count; left > 0; left--)
        {
            var next = waiting.Dequeue();
            var isDone = false;
            try
            {
                // If the process dies here, the next one to start declares it.
                isDone = await DeclareAsync(next, cancellationToken);
            }
            finally
            {
                // Behind the others, which may have nothing to do with its fault.
                if (!isDone)
                    waiting.Enqueue(next);
            }
        }

        return false;
    }

    protected override Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) =>
        Task.Delay(waiting.Count > 0 ? interval : Timeout.InfiniteTimeSpan, clock, cancellationToken);

    private async Task<bool> DeclareAsync(DeclaredSchedule schedule, CancellationToken cancellationToken)
    {
        if (schedule.Definition is not { } definition)
        {
            if (await schedules.DeleteAsync(schedule.Name, isDeclared: true, cancellationToken))
                LogRemoved(schedule.Name);
            return true;
        }

        Schedule? before = null;
        var changed = await schedules.ChangeAsync(
            schedule.Name, (current, now) => Schedule.Declare(schedule.Name, before = current, definition, schedule.IsEnabled, now), cancellationToken);
        if (changed.IsRefused(out var refusal, out var after))
        {
            if (refusal is not Refusal.Invalid invalid)
            {
                // A later version may have written it: said once, and tried until it can be read.
                if (refusal is Refusal.Unavailable { Detail: var why } && toldToWait.Add(schedule.Name))
                    LogNotDeclared(schedule.Name, why);
                return false;
            }

            LogNotDeclared(schedule.Name, string.Join(' ', invalid.Faults.Select(fault => fault.Detail)));
            return true;
        }

        if (before is { IsDeclared: false })
            LogTakenOver(schedule.Name);
        else if (!ReferenceEquals(before, after))
            LogDeclared(schedule.Name, after.Revision);
        return true;
    }
}
