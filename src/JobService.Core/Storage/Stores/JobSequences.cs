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

    private readonly string[] keys;
    private readonly Dictionary<SequenceKey, (long Id, bool HasHead)> locked = [];
    private readonly List<(long Id, JobId Head)> led = [];

    /// <param name="jobs">All that the transaction will enqueue: a sequence that is locked later may be waited for in a circle.</param>
    public JobSequences(IEnumerable<NewJob> jobs) =>
        keys = [.. jobs.Select(job => job.Policies.Sequence?.Key.Text).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>Whether none of the jobs is of a sequence.</summary>
    public bool IsEmpty => keys.Length == 0;

    /// <summary>Locks the sequences until the transaction ends, behind whatever else it locks; the answer is to be <see cref="ReadAsync">read</see>.</summary>
    /// <param name="batch">Of a transaction.</param>
    /// <param name="patience">For how long others are waited for; null for as long as for keys.</param>
    public void AddLocks(NpgsqlBatch batch, TimeSpan? patience)
    {
        if (IsEmpty)
            return;
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockSequences).With(keys).With((int)(patience ?? JobKeys.Patience).TotalMilliseconds));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReadLockedSequences).With(keys));
    }

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        while (await reader.ReadAsync(cancellationToken))
            locked[SequenceKey.Parse(reader.GetString(1))] = (reader.GetInt64(0), !reader.IsDBNull(2));
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
