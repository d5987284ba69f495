using JobService.Core.Jobs;
using JobService.Core.Sequences;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// The sequences that one transaction enqueues jobs into. They are locked first, all at once and in one order; whether a job is the head of its sequence, or waits behind others, is
/// decided after that.
/// </summary>
internal sealed class JobSequences
{
    private static readonly string LockSequences = SqlText.Read("lock_sequences");
    private static readonly string ReadLockedSequences = SqlText.Read("read_locked_sequences");
    private static readonly string LeadSequences = SqlText.Read("lead_sequences");

    private readonly Dictionary<SequenceKey, (long Id, bool HasHead)> locked = [];
    private readonly List<(long Id, JobId Head)> led = [];

    private JobSequences()
    {
    }

    /// <summary>Whether none of the jobs is of a sequence.</summary>
    public bool IsEmpty => locked.Count == 0;

    /// <summary>Locks the sequences of jobs until the transaction ends.</summary>
    /// <param name="connection">In a transaction that has locked its unique keys.</param>
    /// <param name="jobs">All that it will enqueue: a sequence that is locked later may be waited for in a circle.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="patience">For how long others are waited for; null for as long as for keys.</param>
    public static async Task<JobSequences> LockAsync(
        NpgsqlConnection connection, IEnumerable<NewJob> jobs, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var sequences = new JobSequences();
        string[] keys = [.. jobs.Select(job => job.Policies.Sequence?.Key.Text).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (keys.Length == 0)
            return sequences;

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSequences).With(keys).With((int)(patience ?? JobKeys.Patience).TotalMilliseconds));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadLockedSequences).With(keys));
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            sequences.locked[SequenceKey.Parse(reader.GetString(1))] = (reader.GetInt64(0), !reader.IsDBNull(2));
        return sequences;
    }

    /// <summary>What the rows of a job carry of its sequence: see <c>ready_jobs.flags</c>.</summary>
    public static short Flags(NewJob job) => job.Policies.Sequence switch
    {
        null => 0,
        { OnFailure: SequenceFailure.Block } => 2,
        _ => 6,
    };

    /// <summary>The sequence in which a job waits; null where it is of none, or its head from now on. To be asked once a job, in the order of the jobs.</summary>
    public long? Join(NewJob job)
    {
        if (job.Policies.Sequence is not { } sequence)
            return null;
        var (id, hasHead) = locked[sequence.Key];
        if (hasHead)
            return id;
        locked[sequence.Key] = (id, true);
        led.Add((id, job.Id));
        return null;
    }

    /// <summary>Stores which jobs have become heads.</summary>
    public async Task SaveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (led.Count == 0)
            return;
        await using var command = new NpgsqlCommand(LeadSequences, connection)
            .With(led.Select(head => head.Id).ToArray())
            .With(led.Select(head => head.Head.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellationToken);
        led.Clear();
    }
}
