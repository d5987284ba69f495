using JobService.Core.Errors;
using JobService.Core.Jobs;
using Npgsql;

namespace JobService.Api.Tests.Jobs;

/// <summary>Reads that fail from a moment on, as when the database goes away.</summary>
public sealed class BrokenReads(IJobQueries inner) : IJobQueries
{
    private int left = int.MaxValue;

    /// <summary>So many jobs can still be found.</summary>
    public void BreakAfter(int reads) => Volatile.Write(ref left, reads);

    public void Mend() => BreakAfter(int.MaxValue);

    public Task<Result<Job>> FindAsync(JobId id, CancellationToken cancellationToken) => Interlocked.Decrement(ref left) >= 0
        ? inner.FindAsync(id, cancellationToken)
        : throw new NpgsqlException("The connection is gone.", new IOException());

    public Task<JobPage> ListAsync(JobFilter filter, JobId? before, int limit, CancellationToken cancellationToken) =>
        inner.ListAsync(filter, before, limit, cancellationToken);

    public Task<JobCount> CountAsync(JobFilter filter, int sample, CancellationToken cancellationToken) => inner.CountAsync(filter, sample, cancellationToken);

    public Task<IReadOnlyList<EndedAttempt>> EndedAttemptsAsync(JobId id, CancellationToken cancellationToken) => inner.EndedAttemptsAsync(id, cancellationToken);

    public Task<IReadOnlyList<JobEvent>> EventsAsync(JobId id, CancellationToken cancellationToken) => inner.EventsAsync(id, cancellationToken);

    public Task<IReadOnlySet<JobId>> FinalAsync(IReadOnlyCollection<JobId> ids, CancellationToken cancellationToken) => inner.FinalAsync(ids, cancellationToken);

    public Task<JobPosition?> PositionAsync(JobId id, int atMost, CancellationToken cancellationToken) => inner.PositionAsync(id, atMost, cancellationToken);
}
