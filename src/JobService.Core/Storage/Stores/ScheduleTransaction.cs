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
    private static readonly string AdvanceSchedules = SqlText.Read("advance_schedules");
    private static readonly string EnqueueJobs = SqlText.Read("enqueue_jobs");

    /// <summary>Asks what is to be done, within the transaction, and does it; again where a name of a job was not known yet.</summary>
    /// <param name="connection">Out of any transaction.</param>
    /// <param name="ask">Says what is to be done.</param>
    /// <param name="cancellationToken">Ends the wait; what is committed is then unknown.</param>
    /// <param name="finish">What is done with the jobs before the commit; null for nothing.</param>
    /// <returns>What the database made of the jobs.</returns>
    public async Task<IReadOnlyList<EnqueuedJob>> RunAsync(
        NpgsqlConnection connection, Func<ScheduleWork, Task> ask, CancellationToken cancellationToken, Func<IReadOnlyList<EnqueuedJob>, Task>? finish = null)
    {
        while (true)
        {
            var names = server.Current;
            var work = new ScheduleWork(ids);
            await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
            {
                await HeldLock.BePatientAsync(connection, cancellationToken);
                await ask(work);
                if (work.Jobs.All(job => names.Knows(job.Job, PostgresJobStore.Rank(job.Job.Priority))))
                {
                    var made = await DoAsync(connection, names, work, cancellationToken);
                    if (finish is not null)
                        await finish(made);
                    await transaction.CommitAsync(cancellationToken);
                    return made;
                }

                await transaction.RollbackAsync(cancellationToken);
            }

            // Outside of it: a rollback would leave numbers in the table of names that no row has.
            await names.InternAsync(connection, work.Jobs.Select(job => job.Job.Queue), work.Jobs.Select(job => job.Job.Type), cancellationToken);
            await names.RegisterLanesAsync(
                connection, work.Jobs.Select(job => (names.Id(job.Job.Queue), PostgresJobStore.Rank(job.Job.Priority))).Distinct(), cancellationToken);
            await names.LimitLanes.InternAsync(connection, EnqueueRows.LanesOf([.. work.Jobs.Select(job => job.Job)], names), cancellationToken);
        }
    }

    private static async Task<IReadOnlyList<EnqueuedJob>> DoAsync(NpgsqlConnection connection, NameTable names, ScheduleWork work, CancellationToken cancellationToken)
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

        foreach (var id in work.Superseded)
            await PostgresJobStore.CancelAsync(connection, id, "A later occurrence of its schedule takes its place.", "schedule", cancellationToken);
        if (work.Schedules.Count > 0)
        {
            await using var advance = ScheduleRows.FillAdvance(new NpgsqlCommand(AdvanceSchedules, connection), work.Schedules);
            await advance.ExecuteNonQueryAsync(cancellationToken);
        }

        return made;
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
