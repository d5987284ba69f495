using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Retries;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>What one claim took, as its rows are read: those that may run, those that must end at once, and those whose body is still to come.</summary>
internal sealed class ClaimedJobs(NameTable names)
{
    /// <summary>Where the columns of the body begin in a row of <c>claim_jobs.sql</c>.</summary>
    private const int Body = 9;

    /// <summary>Where they begin in a row of <c>read_claimed_bodies.sql</c>.</summary>
    private const int BodyAlone = 1;

    private readonly List<Claim> claims = [];
    private readonly List<JobTransition> endings = [];
    private readonly Dictionary<Guid, ClaimedRow> withoutBody = [];

    public bool HasSuspect { get; private set; }

    /// <summary>The job read last; null when there was none.</summary>
    public JobId? Last { get; private set; }

    /// <summary>By priority, the oldest first: PostgreSQL returns what it moved in no order.</summary>
    public IReadOnlyList<Claim> InOrder()
    {
        claims.Sort(static (a, b) => b.Priority != a.Priority ? b.Priority.Value - a.Priority.Value : a.Token.Value.CompareTo(b.Token.Value));
        return claims;
    }

    /// <summary>Claimed too late, or not to be read.</summary>
    public IReadOnlyList<JobTransition> Endings => endings;

    public IReadOnlyDictionary<Guid, ClaimedRow> WithoutBody => withoutBody;

    /// <summary>Whether nothing was claimed since something came that goes before it.</summary>
    public bool IsPutOff { get; set; }

    /// <summary>Whether it was broken off where there may be more.</summary>
    public bool IsCutShort { get; set; }

    /// <summary>How many were claimed so far, whatever becomes of them.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the rows of <c>claim_jobs.sql</c> or <c>claim_limited_jobs.sql</c>.</summary>
    /// <param name="reader">At them.</param>
    /// <param name="observe">Is told of each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The head of the sequence, null where the settings or the lanes are no longer those that were known, and below zero where other jobs go before.</returns>
    public async Task<long?> ReadAsync(NpgsqlDataReader reader, Action<ClaimedRow> observe, CancellationToken cancellationToken)
    {
        long? head = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            head = reader.IsDBNull(0) ? null : reader.GetInt64(0);
            if (reader.IsDBNull(1))
                continue;

            var row = new ClaimedRow(
                reader.GetGuid(1), reader.GetInt64(2), reader.Instant(3), reader.GetInt32(4), reader.GetInt32(5), reader.GetInt32(6),
                reader.GetInt16(7), reader.GetInt16(8));
            observe(row);
            Count++;
            HasSuspect |= row.Rank >= Lane.SuspectRank;
            Last = new JobId(row.Id);
            if (reader.IsDBNull(Body) || !names.Knows(row.QueueId, row.TypeId))
                withoutBody.Add(row.Id, row);
            else
                Add(row, reader, Body);
        }

        return head;
    }

    /// <summary>Reads a row of <c>read_claimed_bodies.sql</c>.</summary>
    public void AddBody(NpgsqlDataReader reader)
    {
        if (withoutBody.Remove(reader.GetGuid(0), out var row))
            Add(row, reader, BodyAlone);
    }

    /// <summary>A ready row whose body is gone can only come from a hand in the database; it must not be claimed for ever.</summary>
    public void EndThoseWithoutBody() =>
        endings.AddRange(withoutBody.Values.Select(row => Unreadable(row, "The body of the job is no longer in the database.")));

    private void Add(in ClaimedRow row, NpgsqlDataReader reader, int body)
    {
        if (ClaimRows.TooLateFor(reader, body) is { } tooLate)
            endings.Add(JobTransition.Expire(new JobId(row.Id), new LeaseToken(row.LeaseToken), tooLate));
        else if (ClaimRows.TryRead(row, reader, body, names, out var claim))
            claims.Add(claim);
        else
            endings.Add(Unreadable(row, "The body of the job can't be read; a later version may have written it."));
    }

    private static JobTransition Unreadable(in ClaimedRow row, string why) => JobTransition.Fail(
        new JobId(row.Id), new LeaseToken(row.LeaseToken), AttemptFailure.Failed, new AttemptError("job.unreadable", why), FailureReason.NotRetryable);
}
