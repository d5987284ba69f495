using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Records runs, makes their jobs and moves schedules on, in one transaction. A run is recorded before its job is enqueued, under a key that an occurrence
/// has once: what is recorded already makes no job, whoever asks.
/// </summary>
internal sealed class ScheduleTransaction(ServerNames server, JobIdSequence ids)
{
    private static readonly string RecordScheduleRuns = SqlText.Read("record_schedule_runs");

    /// <summary>How long a name or a job is waited for whose schedules can be left for later.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private static readonly string AdvanceSchedules = SqlText.Read("advance_schedules");
    private static readonly string EnqueueJobs = SqlText.Read("enqueue_jobs");

    /// <summary>Asks what is to be done, within the transaction, and does it; again where a name of a job was not known yet.</summary>
    /// <param name="connection">Out of any transaction.</param>
    /// <param name="ask">Says what is to be done.</param>
    /// <param name="cancellationToken">Ends the wait; what is committed is then unknown.</param>
    /// <param name="finish">What is done with the jobs before the commit; null for nothing.</param>
    /// <param name="leave">Is told of each schedule that a transaction holds up which is still open: it has the job that is to be cancelled, or keeps a name of the new one. What is to be done is then asked
    /// again, without it; null: nothing is done then.</param>
    /// <returns>What the database made of the jobs.</returns>
    public async Task<IReadOnlyList<EnqueuedJob>> RunAsync(
        NpgsqlConnection connection, Func<ScheduleWork, Task> ask, CancellationToken cancellationToken, Func<IReadOnlyList<EnqueuedJob>, Task>? finish = null, Action<int>? leave = null)
    {
        while (true)
        {
            var names = server.Current;
            var work = new ScheduleWork(ids);
            await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
            {
                await HeldLock.BePatientAsync(connection, HeldLock.Patience, cancellationToken);
                await ask(work);
                if (work.Jobs.All(job => names.Knows(job.Job, PostgresJobStore.Rank(job.Job.Priority))))
                {
                    var made = await MakeAsync(connection, names, work, cancellationToken);
                    var held = await CancelAsync(transaction, work.Superseded, isPatient: leave is null, cancellationToken);
                    if (held.Count == 0)
                    {
                        await AdvanceAsync(connection, work.Schedules, cancellationToken);
                        if (finish is not null)
                            await finish(made);
                        await transaction.CommitAsync(cancellationToken);
                        return made;
                    }

                    foreach (var schedule in held)
                        leave!(schedule);
                }

                await transaction.RollbackAsync(cancellationToken);
            }

            // Outside of it: a rollback would leave numbers in the table of names that no row has.
            foreach (var alike in work.Jobs.Where(job => !names.Knows(job.Job, PostgresJobStore.Rank(job.Job.Priority))).GroupBy(job => NamesOfJob.Of(job.Job)))
            {
                try
                {
                    await PostgresJobStore.MeetAsync(connection, names, [alike.First().Job], leave is null ? null : Moment, cancellationToken);
                }
                catch (PostgresException e) when (leave is not null && HeldLock.Is(e))
                {
                    foreach (var schedule in alike.Select(job => job.ScheduleId).Distinct())
                        leave(schedule);
                }
            }
        }
    }

    private static async Task<IReadOnlyList<EnqueuedJob>> MakeAsync(NpgsqlConnection connection, NameTable names, ScheduleWork work, CancellationToken cancellationToken)
    {
        var recorded = await RecordAsync(connection, work.Runs, cancellationToken);
        var jobs = work.Jobs.Where(job => recorded.Contains((job.ScheduleId, job.DueAt))).Select(job => job.Job).ToArray();
        IReadOnlyList<EnqueuedJob> made = [];
        if (jobs.Length > 0)
        {
            var lanes = await names.LimitLanes.InternAsync(connection, EnqueueRows.LanesOf(jobs, names), cancellationToken);
            await using var enqueue = EnqueueRows.Fill(new NpgsqlCommand(EnqueueJobs, connection), jobs, names, lanes);
            await enqueue.PrepareAsync(cancellationToken);
            made = await EnqueueRows.ReadAsync(enqueue, jobs, cancellationToken);
        }

        return made;
    }

    /// <summary>Cancels the jobs whose place others take.</summary>
    /// <param name="transaction">Is of no use any more where a job is held.</param>
    /// <param name="superseded">Behind the making of new ones, which may be among them.</param>
    /// <param name="isPatient">Whether it fails, in the end, where a job is held.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The schedules whose job is held by a transaction that is still open: each of them, so that the next try is one without them all.</returns>
    private static async Task<IReadOnlyCollection<int>> CancelAsync(
        NpgsqlTransaction transaction, IReadOnlyList<(int ScheduleId, JobId Job)> superseded, bool isPatient, CancellationToken cancellationToken)
    {
        const string Savepoint = "cancel";
        var held = new HashSet<int>();
        if (superseded.Count > 0 && !isPatient)
        {
            // Where it is used, because a job is held, all of the transaction is rolled back in the end.
            await HeldLock.BePatientAsync(transaction.Connection!, Moment, cancellationToken);
            await transaction.SaveAsync(Savepoint, cancellationToken);
        }

        foreach (var (scheduleId, job) in superseded)
        {
            try
            {
                if (held.Contains(scheduleId))
                    continue;
                var cancelled = await JobChanges.CancelAsync(transaction.Connection!, job, "A later occurrence of its schedule takes its place.", "schedule", isCall: false, cancellationToken);

                // A job that is moving just now is left for later, as one that is held; one that has ended by itself needs nothing.
                if (!isPatient && cancelled.Refusal is Refusal.InUse)
                    held.Add(scheduleId);
            }
            catch (PostgresException e) when (!isPatient && HeldLock.Is(e))
            {
                await transaction.RollbackAsync(Savepoint, cancellationToken);
                held.Add(scheduleId);
            }
        }

        return held;
    }

    private static async Task AdvanceAsync(NpgsqlConnection connection, IReadOnlyList<StoredSchedule> schedules, CancellationToken cancellationToken)
    {
        if (schedules.Count == 0)
            return;
        await using var advance = ScheduleRows.FillAdvance(new NpgsqlCommand(AdvanceSchedules, connection), schedules);
        await advance.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<HashSet<(int ScheduleId, DateTimeOffset DueAt)>> RecordAsync(
        NpgsqlConnection connection, IReadOnlyList<(int ScheduleId, ScheduleRun Run)> runs, CancellationToken cancellationToken)
    {
        var recorded = new HashSet<(int, DateTimeOffset)>(runs.Count);
        if (runs.Count == 0)
            return recorded;

        await using var command = new NpgsqlCommand(RecordScheduleRuns, connection)
            .With(runs.Select(run => run.ScheduleId).ToArray())
            .With(runs.Select(run => run.Run.DueAt.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(runs.Select(run => (short)run.Run.Kind).ToArray())
            .With(runs.Select(run => (short)run.Run.Outcome).ToArray())
            .With(runs.Select(run => run.Run.IsLate).ToArray())
            .With(runs.Select(run => run.Run.IsBackfilled).ToArray())
            .With(runs.Select(run => run.Run.Job?.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            recorded.Add((reader.GetInt32(0), reader.Instant(1)));
        return recorded;
    }
}
