using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Queues;
using JobService.Core.Sequences;
using Npgsql;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// Enqueues jobs in their order within one transaction that has locked their keys and then their sequences. Those that are free of conflicts gather and are inserted by one statement,
/// before anything is done to a holder, which may be one of them.
/// </summary>
internal sealed class KeyedEnqueue(NpgsqlConnection connection, NameTable names, IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
{
    /// <summary>How often a conflict is decided again because the holder was just moving from one state to the next.</summary>
    private const int MaxTries = 8;

    private static readonly string EnqueueJobs = SqlText.Read("enqueue_jobs");
    private static readonly string EnqueueSequenceJobs = SqlText.Read("enqueue_sequence_jobs");
    private static readonly string ReadEnqueued = SqlText.Read("read_enqueued");
    private static readonly string LockBoundedQueues = SqlText.Read("lock_bounded_queues");
    private static readonly string ReadDepths = SqlText.Read("read_depths");

    private readonly Result<EnqueuedJob>?[] answers = new Result<EnqueuedJob>?[jobs.Count];
    private readonly List<int> free = [];
    private readonly Dictionary<JobId, int> waiting = [];
    private readonly List<(int Index, int Of)> joined = [];
    private readonly Dictionary<int, int> bounds = [];
    private readonly JobSequences sequences = new(jobs);
    private Dictionary<KeyHash, KeyHolder> holders = [];
    private Dictionary<int, long>? room;
    private DateTimeOffset now;

    /// <summary>Whether the jobs leave whoever has their keys as it is, whatever their policies say.</summary>
    public bool GivesWay { get; init; }

    /// <summary>What became of each; null for one that has to change its holder, and for those behind it with the same key or of the same sequence.</summary>
    public IReadOnlyList<Result<EnqueuedJob>?> Answers => answers;

    /// <summary>The first that was refused, if any was, so that none is to be stored.</summary>
    public Refusal.OfJob? Refused =>
        Array.FindIndex(answers, answer => answer?.Refusal is not null) is >= 0 and var index ? new Refusal.OfJob(index, WithoutOwn(answers[index]!.Value.Refusal!)) : null;

    /// <summary>Of a job that is not to be stored nobody should hear: it is told by its place.</summary>
    private Refusal WithoutOwn(Refusal why) =>
        why is Refusal.KeyHeld { Holder: { } holder } && jobs.Index().FirstOrDefault(job => string.Equals(job.Item.Id.ToString(), holder, StringComparison.Ordinal)) is (var index, { })
            ? new Refusal.KeyHeld(Holder: null, FormattableString.Invariant($"/jobs/{index} of the same request has the same unique key."))
            : why;

    private IEnumerable<KeyHash> Keys => jobs.Select(job => job.UniqueKey).OfType<KeyHash>();

    /// <summary>
    /// Locks keys until the transaction ends, and behind them the queues that hold so many jobs and no more: nobody else adds to those meanwhile, so that what is counted of them
    /// stays true. Behind those again, the sequences that the jobs are of.
    /// </summary>
    /// <param name="keys">All that will be needed.</param>
    /// <param name="patience">For how long others are waited for.</param>
    public async Task LockAsync(IEnumerable<KeyHash> keys, TimeSpan patience)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(JobKeys.Lock(keys, patience));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(LockBoundedQueues).With(jobs.Select(job => names.Id(job.Queue)).Distinct().ToArray()));
        sequences.AddLocks(batch, patience);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            bounds.Add(reader.GetInt32(0), reader.GetInt32(1));
        if (sequences.IsEmpty)
            return;
        await reader.NextResultAsync(cancellationToken);
        await sequences.ReadAsync(reader, cancellationToken);
    }

    /// <summary>Works them off.</summary>
    /// <param name="changesHolders">
    /// Whether holders are changed too. A transaction that changes several of them may wait for a worker that waits for it; where that can be helped, each is
    /// left to a transaction of its own.
    /// </param>
    public async Task RunAsync(bool changesHolders)
    {
        if (Keys.Any())
            (holders, now) = await JobKeys.HoldersAsync(connection, Keys, cancellationToken);

        var isPutBack = new HashSet<KeyHash>();
        var isBehind = new HashSet<SequenceKey>();
        for (var i = 0; i < jobs.Count; i++)
        {
            // Of a sequence none comes before another that was asked for first.
            var (key, sequence) = (jobs[i].UniqueKey, jobs[i].Policies.Sequence?.Key);
            var isLeft = (key is { } left && isPutBack.Contains(left)) || (sequence is { } behind && isBehind.Contains(behind));
            if (!isLeft && key is null)
            {
                if (await FindRoomAsync(i))
                    free.Add(i);
            }
            else if (isLeft || !await TryDecideAsync(i, key!.Value, changesHolders))
            {
                if (key is { } one)
                    isPutBack.Add(one);
                if (sequence is { } other)
                    isBehind.Add(other);
            }
        }

        await InsertAsync();
    }

    /// <summary>
    /// What a first try has done whose answer was lost, now that its locks are gone: all of it, or nothing, which is null. A job that it did not insert has
    /// joined its holder or was refused, which one without a key can be for want of room only; or was left to a transaction of its own, where holders were not to be changed.
    /// </summary>
    public async Task<IReadOnlyList<Result<EnqueuedJob>?>?> RecallAsync(bool changesHolders)
    {
        (holders, now) = await JobKeys.HoldersAsync(connection, Keys, cancellationToken);
        await using var command = new NpgsqlCommand(ReadEnqueued, connection)
            .With(jobs.Select(job => job.Id.Value).ToArray())
            .With(JobId.FirstAt(jobs.Min(job => job.Id.MadeAt)).Value)
            .With(JobId.FirstAt(jobs.Max(job => job.Id.MadeAt).AddMilliseconds(1)).Value);
        var stored = await EnqueueRows.ReadAsync(command, jobs, cancellationToken);
        var ids = jobs.Select(job => job.Id).ToHashSet();
        if (stored.All(job => job is null) && !holders.Values.Any(holder => holder.ChangedBy is { } by && ids.Contains(by)))
            return null;
        return [.. jobs.Select((job, i) => stored[i] is { } enqueued ? enqueued
            : job.UniqueKey is null ? Full(job.Queue)
            : Recall(job, Holder(i), changesHolders))];
    }

    private Result<EnqueuedJob>? Recall(NewJob job, KeyHolder holder, bool changesHolders) => KeyRules.Decide(job, holder, now, GivesWay) switch
    {
        KeyDecision.Refuse { Why: var why } => why,
        KeyDecision.Join => holder.ToAnswer(),
        KeyDecision.Take { Superseded: null } when holder.Job is null => Full(job.Queue),
        _ => changesHolders ? holder.ToAnswer() : default(Result<EnqueuedJob>?),
    };

    private KeyHolder Holder(int index) => holders.GetValueOrDefault(jobs[index].UniqueKey!.Value, KeyHolder.Nobody);

    /// <summary>False where the holder is to be changed, and may not be.</summary>
    private async Task<bool> TryDecideAsync(int index, KeyHash key, bool changesHolders)
    {
        var job = jobs[index];
        for (var tries = 0; tries < MaxTries; tries++)
        {
            // What may be done to one of these jobs depends on when it was made, by the database's clock.
            if (job.Policies.Unique!.OnConflict is not (UniqueConflict.Return or UniqueConflict.Reject) && Holder(index).Job is { } id && waiting.ContainsKey(id))
            {
                if (!changesHolders)
                    return false;
                await InsertAsync();
                await RefreshAsync(key);
            }

            var holder = Holder(index);
            switch (KeyRules.Decide(job, holder, now, GivesWay))
            {
                case KeyDecision.Take { Superseded: null }:
                    if (!await FindRoomAsync(index))
                        return true;
                    free.Add(index);
                    waiting.Add(job.Id, index);
                    holders[key] = KeyHolder.Of(job);
                    return true;
                case KeyDecision.Join:
                    Join(index, holder);
                    return true;
                case KeyDecision.Refuse { Why: var why }:
                    answers[index] = why;
                    return true;
                case { } when !changesHolders:
                    return false;
                case KeyDecision.Take { Superseded: { } superseded }:
                    await InsertAsync();
                    room = null;
                    if (!await FindRoomAsync(index))
                    {
                        // Whether the superseded one makes room is not known before it is cancelled, which could not be taken back.
                        return true;
                    }

                    if (!(await JobChanges.CancelAsync(connection, superseded, $"Job {job.Id} takes its place.", job.CreatedBy, isCall: false, cancellationToken)).IsRefused(out _, out _))
                    {
                        holders[key] = KeyHolder.Of(job);
                        free.Add(index);
                        await InsertAsync();
                        room = null;
                        answers[index] = answers[index]!.Value.Value! with { Superseded = superseded };
                        return true;
                    }

                    break;
                case KeyDecision.Change { Edit: var edit }:
                    await InsertAsync();
                    var edited = await JobChanges.EditAsync(connection, names, holder.Job!.Value, edit, job.CreatedBy, isCall: false, cancellationToken);
                    if (edited.Refusal is Refusal.Invalid && job.Policies.Unique.OnConflict == UniqueConflict.Debounce)
                    {
                        // It would be put off beyond its own end: it stays as it is.
                        Join(index, holder);
                        return true;
                    }

                    if (edited.Refusal is Refusal.Invalid invalid)
                    {
                        answers[index] = invalid;
                        return true;
                    }

                    if (edited.Refusal is null)
                    {
                        room = null;
                        await JobKeys.MarkAsync(connection, key, job.Id, cancellationToken);
                        await RefreshAsync(key);
                        Join(index, Holder(index));
                        return true;
                    }

                    break;
            }

            // It has started or ended since it was looked at; whatever room was taken for this one is looked for again.
            room = null;
            await RefreshAsync(key);
        }

        answers[index] = new Refusal.Unavailable($"Job {Holder(index).Job} is changing its state too often just now; nothing was stored.", TimeSpan.FromSeconds(1));
        return true;
    }

    /// <summary>The answer is the holder; where that is one of these jobs that is still to be inserted, once it is.</summary>
    private void Join(int index, KeyHolder holder)
    {
        if (waiting.TryGetValue(holder.Job!.Value, out var of))
            joined.Add((index, of));
        else
            answers[index] = holder.ToAnswer();
    }

    private async Task RefreshAsync(KeyHash key)
    {
        (var fresh, now) = await JobKeys.HoldersAsync(connection, [key], cancellationToken);
        holders[key] = fresh.GetValueOrDefault(key, KeyHolder.Nobody);
    }

    /// <summary>Whether the queue of a job has room for it, which it takes; false, and the job is refused, where it has not. A job that is refused holds no key.</summary>
    private async Task<bool> FindRoomAsync(int index)
    {
        var queue = names.Id(jobs[index].Queue);
        if (!bounds.ContainsKey(queue))
            return true;
        room ??= await RoomAsync();
        if (room[queue] > 0)
        {
            room[queue]--;
            return true;
        }

        answers[index] = Full(jobs[index].Queue);
        return false;
    }

    /// <summary>How many jobs the bounded queues have room for, beside those that wait to be inserted.</summary>
    private async Task<Dictionary<int, long>> RoomAsync()
    {
        var left = bounds.ToDictionary(bound => bound.Key, bound => (long)bound.Value);
        await using var command = new NpgsqlCommand(ReadDepths, connection).With(left.Keys.ToArray());
        await using var depths = await command.ExecuteReaderAsync(cancellationToken);
        while (await depths.ReadAsync(cancellationToken))
            left[depths.GetInt32(0)] -= depths.GetInt64(1);
        foreach (var queue in free.Select(index => names.Id(jobs[index].Queue)).Where(left.ContainsKey))
            left[queue]--;
        return left;
    }

    private Refusal.QueueFull Full(QueueName queue) => new(
        bounds.TryGetValue(names.Id(queue), out var most)
            ? FormattableString.Invariant($"The queue '{queue}' holds as many jobs as it may, {most}; nothing was stored.")
            : $"The queue '{queue}' held as many jobs as it may; nothing was stored.",
        TimeSpan.FromSeconds(1));

    private async Task InsertAsync()
    {
        if (free.Count == 0)
            return;

        await InsertFreeAsync();
        foreach (var (index, of) in joined)
            answers[index] = answers[of]!.Value.Value! with { IsDeduplicated = true };
        free.Clear();
        waiting.Clear();
        joined.Clear();
    }

    private async Task InsertFreeAsync()
    {
        var inserted = free.ConvertAll(index => jobs[index]);
        var lanes = await names.LimitLanes.InternAsync(connection, EnqueueRows.LanesOf(inserted, names), cancellationToken);
        await using var command = EnqueueRows.Fill(new NpgsqlCommand(sequences.IsEmpty ? EnqueueJobs : EnqueueSequenceJobs, connection), inserted, names, lanes);
        if (!sequences.IsEmpty)
            EnqueueRows.FillSequences(command, inserted, sequences);
        await command.PrepareAsync(cancellationToken);
        var enqueued = await EnqueueRows.ReadAsync(command, inserted, cancellationToken);
        await sequences.SaveAsync(connection, cancellationToken);

        var taken = new List<(KeyHash, JobId, UniqueScope, TimeSpan?)>();
        for (var i = 0; i < inserted.Count; i++)
        {
            answers[free[i]] = enqueued[i];
            if (inserted[i] is not { UniqueKey: { } key, Policies.Unique: { } unique } job)
                continue;
            holders[key] = KeyHolder.Of(job).With(enqueued[i]);
            taken.Add((key, job.Id, unique.Scope, unique.Window));
        }

        if (taken.Count > 0)
            await JobKeys.TakeAsync(connection, taken, cancellationToken);
    }
}
