using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Worker.Tests.Scheduling;

/// <summary>Schedules without a database, as far as declaring them goes.</summary>
internal sealed class MemoryScheduleStore(TimeProvider clock) : IScheduleStore
{
    public Dictionary<ScheduleName, Schedule> Schedules { get; } = [];

    /// <summary>What keeps a change from being made; null for nothing.</summary>
    public Func<ScheduleName, Exception?> Fault { get; set; } = _ => null;

    /// <summary>What refuses a change; null for nothing.</summary>
    public Func<ScheduleName, Refusal?> Refusal { get; set; } = _ => null;

    public Task<Result<Schedule>> ChangeAsync(ScheduleName name, Func<Schedule?, DateTimeOffset, Result<Schedule>> change, CancellationToken cancellationToken)
    {
        if (Fault(name) is { } fault)
            return Task.FromException<Result<Schedule>>(fault);
        if (Refusal(name) is { } refusal)
            return Task.FromResult<Result<Schedule>>(refusal);
        var changed = change(Schedules.GetValueOrDefault(name), clock.GetUtcNow());
        if (changed.Value is { } schedule)
            Schedules[name] = schedule;
        return Task.FromResult(changed);
    }

    public Task<bool> DeleteAsync(ScheduleName name, bool isDeclared, CancellationToken cancellationToken) =>
        Task.FromResult(Schedules.TryGetValue(name, out var schedule) && schedule.IsDeclared == isDeclared && Schedules.Remove(name));

    public Task<Result<Job>> TriggerAsync(ScheduleName name, string? actor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Result<Backfill>> BackfillAsync(ScheduleName name, DateTimeOffset from, DateTimeOffset to, int max, string? actor, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
