using System.Collections.Concurrent;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>Decides what is due. It remembers which schedules this process can't decide, so a process has one of it.</summary>
internal sealed partial class ScheduleRounds(ScheduleTransaction transaction, TimeProvider clock, ILogger<ScheduleRounds> log)
{
    /// <summary>So many decisions, or so much payload, are enough for one transaction: the other schedules are left to the next.</summary>
    private const int MaxDecisions = 5_000;
    private const long MaxPayloadBytes = 16 * 1024 * 1024;

    private static readonly string ReadDueSchedules = SqlText.Read("read_due_schedules");

    /// <summary>For how long a schedule that can't be decided here is left to other processes.</summary>
    private static readonly TimeSpan PassOverFor = TimeSpan.FromMinutes(1);

    /// <summary>For how long one is that somebody else's open transaction holds up: it has the job that is to be cancelled, or uses a name in the new one for the first time.</summary>
    private static readonly TimeSpan HeldUpFor = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<int, (long Since, TimeSpan For)> passedOver = new();

    /// <summary>Of the schedules that wait for a job, the last one that was looked at.</summary>
    private int lookedAtTo;

    /// <summary>The schedules that are left to other processes, or for later.</summary>
    public int[] PassedOver()
    {
        foreach (var (id, (since, time)) in passedOver)
        {
            if (clock.GetElapsedTime(since) >= time)
                passedOver.TryRemove(id, out _);
        }

        return [.. passedOver.Keys];
    }

    /// <summary>Decides up to <paramref name="maxSchedules"/> schedules, or the one named alone, in one transaction.</summary>
    /// <returns>How many there were, and whether a job of theirs is ready.</returns>
    public async Task<(int Decided, bool HasReady)> RoundAsync(
        NpgsqlConnection connection, int maxSchedules, ScheduleName? only, CancellationToken cancellationToken)
    {
        var (decided, last) = (0, 0);
        var made = await transaction.RunAsync(
            connection,
            async work =>
            {
                decided = 0;
                (var due, last) = await ReadDueAsync(connection, maxSchedules, only, cancellationToken);
                if (due.Count == 0)
                    return;
                var (now, standings) = await ScheduleStanding.ReadAsync(connection, due, cancellationToken);
                var longestDue = due[^1];
                foreach (var stored in due)
                {
                    var isFull = work.Runs.Count >= MaxDecisions || work.PayloadBytes >= MaxPayloadBytes;
                    if (isFull && !ReferenceEquals(stored, longestDue))
                        continue;
                    if (TryDecide(stored, standings[stored.Id], now) is { } round)
                        work.Add(stored, round);
                    decided++;
                }
            },
            cancellationToken,
            leave: HoldUp);
        if (only is null)
            lookedAtTo = last;
        return (decided, made.Any(job => job.State == JobState.Queued));
    }

    /// <summary>
    /// The latest due first, so that one with hours to make up for keeps none waiting that is just due. The longest due one comes last, and is decided however full the round is: so
    /// the turn of each of those that have much to make up for comes.
    /// </summary>
    private async Task<(IReadOnlyList<StoredSchedule> Due, int LookedAtTo)> ReadDueAsync(
        NpgsqlConnection connection, int maxSchedules, ScheduleName? only, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ReadDueSchedules, connection).With(maxSchedules).With(only?.Name, NpgsqlDbType.Text).With(PassedOver())
            .With(only is null ? lookedAtTo : 0);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var (due, last) = (new List<StoredSchedule>(), 0);
        while (await reader.ReadAsync(cancellationToken))
        {
            last = reader.GetInt32(reader.GetOrdinal("last_id"));
            var id = reader.GetOrdinal("id");
            if (reader.IsDBNull(id))
                continue;
            if (ScheduleRows.TryRead(reader, out var fault) is { } stored)
                due.Add(stored);
            else
                PassOver(reader.GetInt32(id), fault);
        }

        return ([.. due.OrderByDescending(stored => stored.Schedule.NextDueAt ?? DateTimeOffset.MaxValue)], last);
    }

    /// <summary>Null where another process may know better: a later version wrote it, or this machine does not know its time zone.</summary>
    private ScheduleRound? TryDecide(StoredSchedule stored, ScheduleStanding standing, DateTimeOffset now)
    {
        try
        {
            var round = ScheduleRound.At(stored.Schedule with { LiveJobs = standing.LiveJobs }, standing.HasFailedTooOften, now);
            if (round.CorrectedFrom is { } storedAt)
                LogCorrected(stored.Schedule.Name, storedAt);
            return round;
        }
        catch (Exception e)
        {
            PassOver(stored.Id, e.Message);
            return null;
        }
    }

    private void HoldUp(int scheduleId)
    {
        passedOver[scheduleId] = (clock.GetTimestamp(), HeldUpFor);
        LogHeldUp(scheduleId);
    }

    private void PassOver(int scheduleId, string why)
    {
        passedOver[scheduleId] = (clock.GetTimestamp(), PassOverFor);
        LogPassedOver(scheduleId, why);
    }
}
