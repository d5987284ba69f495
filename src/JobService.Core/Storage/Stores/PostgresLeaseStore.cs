using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>Keeps the leases of workers in PostgreSQL.</summary>
internal sealed class PostgresLeaseStore(NpgsqlDataSource database) : ILeaseStore
{
    /// <summary>More crashes than that fail the job as <c>lost</c>.</summary>
    private const int CrashCap = 3;

    /// <summary>A live worker reports an attempt at its hard limit; one that is this far past it never will.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);

    /// <summary>How long a job is waited for that is to be cancelled.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private static readonly string RegisterWorker = SqlText.Read("register_worker");
    private static readonly string LeaveWorker = SqlText.Read("leave_worker");
    private static readonly string LoseWorkers = SqlText.Read("lose_workers");
    private static readonly string ReclaimJobs = SqlText.Read("reclaim_jobs");
    private static readonly string TakeCancelRequest = SqlText.Read("take_cancel_request");
    private static readonly string ReadCancelRequests = SqlText.Read("read_cancel_requests");

    public async Task<WorkerId> RegisterAsync(WorkerRegistration registration, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(RegisterWorker)
            .With(registration.Name)
            .With(registration.Host)
            .With(registration.Version)
            .With(registration.ProcessId)
            .With(registration.Slots)
            .With(registration.Queues.ToArray())
            .With(registration.Types.ToArray())
            .With((long)lease.TotalMilliseconds);
        return new WorkerId((int)(await command.ExecuteScalarAsync(cancellationToken))!);
    }

    public ILeaseLine OpenLine(WorkerId worker) => new PostgresLeaseLine(database.ConnectionString, worker);

    public async Task LeaveAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(LeaveWorker).With(worker.Value);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<ReclaimedJobs> ReclaimAsync(WorkerId worker, int maxJobs, CancellationToken cancellationToken)
    {
        await using var lose = database.CreateCommand(LoseWorkers).With(worker.Value);
        var workers = await CountAsync(lose, cancellationToken);

        await using var reclaim = database.CreateCommand(ReclaimJobs)
            .With(worker.Value).With(CrashCap).With(maxJobs).With((long)Overdue.TotalMilliseconds);
        await using var reader = await reclaim.ExecuteReaderAsync(cancellationToken);
        var (requeued, ended) = (0, 0);
        while (await reader.ReadAsync(cancellationToken))
            (requeued, ended) = reader.IsDBNull(0) ? (requeued, ended + 1) : (requeued + 1, ended);
        return new ReclaimedJobs(workers, requeued, ended);
    }

    /// <summary>Each request is a transaction of its own, which locks one job. If the process dies before it commits, whoever comes next does the same.</summary>
    public async Task<int> CancelSupersededAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (cancelled, after) = (0, 0L);
        while (await TakeCancelRequestAsync(connection, after, cancellationToken) is { } taken)
            (cancelled, after) = (taken.IsCancelled ? cancelled + 1 : cancelled, taken.Seq);
        return cancelled;
    }

    public async Task<IReadOnlyList<CancelRequest>> CancelRequestsAsync(
        WorkerId worker, IReadOnlyCollection<JobId> running, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReadCancelRequests).With(worker.Value).With(running.Select(id => id.Value).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var requests = new List<CancelRequest>();
        while (await reader.ReadAsync(cancellationToken))
            requests.Add(new CancelRequest(new JobId(reader.GetGuid(0)), new LeaseToken(reader.GetInt64(1)), reader.TextOrNull(2)));
        return requests;
    }

    private static async Task<(long Seq, bool IsCancelled)?> TakeCancelRequestAsync(NpgsqlConnection connection, long after, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        (long Seq, JobId Id, string Reason, string? Actor, bool IsMeant) request;
        await using (var command = new NpgsqlCommand(TakeCancelRequest, connection).With(after))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken))
                return null;
            request = (reader.GetInt64(0), new JobId(reader.GetGuid(1)), reader.GetString(2), reader.TextOrNull(3), reader.GetBoolean(4));
        }

        var isCancelled = false;
        if (request.IsMeant)
        {
            await HeldLock.BePatientAsync(connection, Moment, cancellationToken);
            try
            {
                var answer = await JobChanges.CancelAsync(connection, request.Id, request.Reason, request.Actor, isCall: false, cancellationToken);

                // A job that is moving just now is left for later; one that has ended by itself needs nothing.
                if (answer.Refusal is Refusal.InUse)
                    return (request.Seq, IsCancelled: false);
                isCancelled = answer.Refusal is null;
            }
            catch (PostgresException e) when (HeldLock.Is(e))
            {
                // So is one that a transaction holds which is still open: the others are not to wait for it.
                return (request.Seq, IsCancelled: false);
            }
        }

        await transaction.CommitAsync(cancellationToken);
        return (request.Seq, isCancelled);
    }

    private static async Task<int> CountAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = 0;
        while (await reader.ReadAsync(cancellationToken))
            rows++;
        return rows;
    }
}
