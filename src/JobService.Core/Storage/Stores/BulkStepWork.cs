using JobService.Core.BulkActions;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Storage.Reading;
using Npgsql;
using NpgsqlTypes;

namespace JobService.Core.Storage.Stores;

/// <summary>
/// What a step does to its jobs, within its transaction: to each what a call for that job alone would do, by the same statements, a batch of them at a time; only a replay
/// leaves whoever has its unique key as it is. The others, which have moved since they were found, are asked one by one why.
/// </summary>
/// <param name="connection">In the transaction of the step.</param>
/// <param name="aside">Another, out of any transaction: names get their numbers there, since those of a transaction that is rolled back must not be remembered.</param>
/// <param name="names">The numbers of names on that server.</param>
/// <param name="ids">Where new jobs have their ids from.</param>
/// <param name="action">Whose step it is.</param>
/// <param name="cancellationToken">Ends it, and undoes all of it.</param>
internal sealed class BulkStepWork(
    NpgsqlConnection connection, NpgsqlConnection aside, NameTable names, JobIdSequence ids, BulkAction action, CancellationToken cancellationToken)
{
    /// <summary>Nobody is waited for longer: that is before PostgreSQL looks whether others wait for it in a circle, so that it is never they who are stopped.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private static readonly string CancelJob = SqlText.Read("cancel_job");
    private static readonly string RestartJob = SqlText.Read("restart_job");
    private static readonly string DeleteJob = SqlText.Read("delete_job");
    private static readonly string EditJob = SqlText.Read("edit_job");
    private static readonly string ReadUniqueJob = SqlText.Read("read_unique_job");
    private static readonly string ReadJobLane = SqlText.Read("read_job_lane");

    private readonly List<RefusedJob> refused = [];

    public int Acted { get; private set; }

    public IReadOnlyList<RefusedJob> Refused => refused;

    public bool HasReady { get; private set; }

    public bool HasCancelRequests { get; private set; }

    /// <summary>Acts on jobs, the oldest first.</summary>
    public async Task ActAsync(IReadOnlyList<JobId> jobs)
    {
        JobId[] inOrder = [.. jobs.OrderBy(id => id.Value)];
        if (inOrder.Length == 0)
            return;
        await HeldLock.BePatientAsync(connection, Patience, cancellationToken);
        await (action.Asked.Kind switch
        {
            BulkActionKind.Cancel => CancelAsync(inOrder),
            BulkActionKind.Retry => RetryAsync(inOrder),
            BulkActionKind.Delete => DeleteAsync(inOrder),
            BulkActionKind.Replay => ReplayAsync(inOrder),
            _ => MoveAsync(inOrder),
        });
    }

    private async Task CancelAsync(JobId[] jobs)
    {
        var answers = await EachAsync(
            jobs,
            id => new NpgsqlBatchCommand(CancelJob).With(id.Value).With(action.Asked.Reason, NpgsqlDbType.Text).With(action.Actor).With(value: false),
            reader => reader.GetBoolean(0) ? JobCancellation.Done : reader.IsDBNull(1) ? default(JobCancellation?) : JobCancellation.Requested);
        foreach (var (id, answer) in jobs.Zip(answers))
        {
            var cancelled = answer is { } done ? done : await JobChanges.CancelAsync(connection, id, action.Asked.Reason, action.Actor, isCall: false, cancellationToken);
            if (cancelled.IsRefused(out var refusal, out var how))
                Refuse(id, refusal);
            else if (how == JobCancellation.AlreadyDone)
                refused.Add(new RefusedJob(id, "The job is cancelled."));
            else
                Acted++;
            HasCancelRequests |= refusal is null && how == JobCancellation.Requested;
        }
    }

    private async Task DeleteAsync(JobId[] jobs)
    {
        var states = await EachAsync(jobs, id => new NpgsqlBatchCommand(DeleteJob).With(id.Value), StateOf);
        foreach (var (id, state) in jobs.Zip(states))
            Count(id, state is { } done ? done : await JobChanges.DeleteAsync(connection, id, isCall: false, cancellationToken));
    }

    private async Task RetryAsync(JobId[] jobs)
    {
        var unique = (await EachAsync<(UniquePolicy Policy, string Type, byte[] Payload)>(
                jobs,
                id => new NpgsqlBatchCommand(ReadUniqueJob).With(id.Value),
                reader => (StoredJson.ReadPolicies(reader.GetString(1)).Unique!, reader.GetString(0), reader.GetFieldValue<byte[]>(2))))
            .Zip(jobs)
            .Where(job => job.First is not null)
            .ToDictionary(job => job.Second, job => (job.First!.Value.Policy, Key: job.First.Value.Policy.KeyOf(job.First.Value.Type, job.First.Value.Payload, "/unique")));

        // Keys before jobs: nobody who has a job waits for a key.
        var held = new Dictionary<JobId, IReadOnlyList<KeyHash>>();
        foreach (var id in unique.Keys)
            held[id] = await JobKeys.OfJobAsync(connection, id, cancellationToken);
        if (unique.Count > 0)
        {
            await JobKeys.LockAsync(
                connection, unique.Values.Where(job => job.Key.Refusal is null).Select(job => job.Key.Value).Concat(held.Values.SelectMany(keys => keys)), Patience, cancellationToken);
        }

        // In their order, since they may be of one sequence.
        foreach (var run in Runs(jobs, unique.ContainsKey))
        {
            if (unique.TryGetValue(run[0], out var job))
                await RetryUniqueAsync(run[0], job.Policy, job.Key, held[run[0]]);
            else
                await RetryPlainAsync(run);
        }
    }

    /// <summary>Cuts jobs into those that go alone and the runs between them.</summary>
    private static List<List<JobId>> Runs(JobId[] jobs, Func<JobId, bool> goesAlone)
    {
        var runs = new List<List<JobId>>();
        var isRun = false;
        foreach (var id in jobs)
        {
            if (isRun && !goesAlone(id))
                runs[^1].Add(id);
            else
                runs.Add([id]);
            isRun = !goesAlone(id);
        }

        return runs;
    }

    private async Task RetryPlainAsync(IReadOnlyList<JobId> jobs)
    {
        var states = await EachAsync(
            jobs,
            id => new NpgsqlBatchCommand(RestartJob).With(id.Value).With(value: null, NpgsqlDbType.Json).With(value: null, NpgsqlDbType.TimestampTz).With(action.Actor),
            StateOf);
        foreach (var (id, state) in jobs.Zip(states))
            Count(id, state is { } done ? done : await RestartAsync(id));
    }

    /// <summary>Restarts a job that takes its key again: alone, since it may hold the key of the next.</summary>
    private async Task RetryUniqueAsync(JobId id, UniquePolicy policy, Result<KeyHash> given, IReadOnlyList<KeyHash> held)
    {
        if (given.IsRefused(out var invalid, out var key))
        {
            Refuse(id, invalid);
            return;
        }

        var holder = (await JobKeys.HoldersAsync(connection, [key], cancellationToken)).Holders.GetValueOrDefault(key, KeyHolder.Nobody);
        if (KeyRules.RefuseRestart(id, holder) is { } taken)
        {
            Refuse(id, taken);
            return;
        }

        var restarted = await RestartAsync(id);
        Count(id, restarted);
        if (restarted.Refusal is not null)
            return;
        if (!holder.IsHeld)
            await JobKeys.TakeAsync(connection, [(key, id, policy.Scope, policy.Window)], cancellationToken);
        await JobKeys.ReleaseAsync(connection, held.Where(one => one != key), id, cancellationToken);
    }

    private async Task MoveAsync(JobId[] jobs)
    {
        var queue = action.Asked.Queue!.Value;
        await names.InternAsync(aside, [queue], [], cancellationToken);
        var edit = new JobEdit { Queue = queue };
        var keys = await EachAsync<(int QueueId, int TypeId, string Keys)>(
            jobs,
            id => new NpgsqlBatchCommand(ReadJobLane).With(id.Value),
            reader => (names.Id(queue), reader.GetInt32(0), LimitLanes.Text(reader.GetFieldValue<string[]>(1).Select(LimitKey.Parse))));
        var lanes = await names.LimitLanes.InternAsync(aside, keys.Where(set => set is not null).Select(set => set!.Value), cancellationToken);
        var laneOf = jobs.Zip(keys).ToDictionary(job => job.First, job => job.Second is { } set ? lanes[set] : default(int?));

        var states = await EachAsync(
            jobs,
            id => new NpgsqlBatchCommand(EditJob)
                .With(id.Value)
                .With(value: null, NpgsqlDbType.Integer)
                .With(value: null, NpgsqlDbType.TimestampTz)
                .With(value: null, NpgsqlDbType.Smallint)
                .With(names.Id(queue), NpgsqlDbType.Integer)
                .With(value: null, NpgsqlDbType.Json)
                .With(value: null, NpgsqlDbType.Jsonb)
                .With(action.Actor)
                .With(JobChanges.Describe(edit))
                .With(laneOf[id], NpgsqlDbType.Integer)
                .With(edit.RoutedBy, NpgsqlDbType.Text),
            StateOf);
        foreach (var (id, state) in jobs.Zip(states))
            Count(id, state is { } done ? done : await JobChanges.EditAsync(connection, names, id, edit, action.Actor, isCall: false, cancellationToken));
    }

    private async Task ReplayAsync(JobId[] jobs)
    {
        var originals = await JobsInTransaction.ReadAsync(connection, jobs, cancellationToken);
        foreach (var id in jobs.Except(originals.Select(job => job.Id)))
            Refuse(id, new Refusal.NotFound($"There is no job {id}."));

        var replays = new List<NewJob>();
        foreach (var original in originals)
        {
            // Where the database's clock went back, its own replays seem to be older than it is.
            if (string.Equals(original.CreatedBy, action.Actor, StringComparison.Ordinal))
                continue;

            var replay = NewJob.Replay(original, ids.Next()) with { CreatedBy = action.Actor };
            if (original.IsErased)
                refused.Add(new RefusedJob(original.Id, "The payload of the job was erased."));
            else if (replay.Policies.Unique is not { } unique)
                replays.Add(replay);
            else if (unique.KeyOf(replay.Type.Name, replay.Payload, "/unique").IsRefused(out var refusal, out var key))
                Refuse(original.Id, refusal);
            else
                replays.Add(replay with { UniqueKey = key });
        }

        if (replays.Count > 0)
            await EnqueueAsync(replays);
    }

    private async Task EnqueueAsync(IReadOnlyList<NewJob> replays)
    {
        await names.InternAsync(aside, replays.Select(job => job.Queue), replays.Select(job => job.Type), cancellationToken);
        await names.RegisterLanesAsync(aside, replays.Select(job => (names.Id(job.Queue), PostgresJobStore.Rank(job.Priority))).Distinct(), cancellationToken);
        await names.LimitLanes.InternAsync(aside, EnqueueRows.LanesOf(replays, names), cancellationToken);

        // Whoever replays many jobs at once means to change no others.
        var enqueue = new KeyedEnqueue(connection, names, replays, cancellationToken) { GivesWay = true };
        await enqueue.LockAsync(replays.Select(job => job.UniqueKey).OfType<KeyHash>(), Patience);
        await enqueue.RunAsync(changesHolders: true);
        foreach (var (replay, answer) in replays.Zip(enqueue.Answers))
        {
            if (answer!.Value.IsRefused(out var refusal, out var enqueued))
                Refuse(replay.ReplayOf!.Value, refusal);
            else if (enqueued.IsDeduplicated)
                refused.Add(new RefusedJob(replay.ReplayOf!.Value, $"The unique key is held by job {enqueued.Id}, so no other was made."));
            else
                Acted++;
            HasReady |= enqueued?.State == JobState.Queued;
            HasCancelRequests |= enqueued?.Superseded is not null;
        }
    }

    private Task<Result<JobState>> RestartAsync(JobId id) => JobChanges.RestartAsync(connection, id, new JobRestart(), action.Actor, isCall: false, cancellationToken);

    private static JobState? StateOf(NpgsqlDataReader reader) => (JobState)reader.GetInt16(0);

    private void Count(JobId id, Result<JobState> changed)
    {
        if (changed.IsRefused(out var refusal, out var state))
        {
            Refuse(id, refusal);
            return;
        }

        Acted++;
        HasReady |= state == JobState.Queued;
    }

    private void Refuse(JobId id, Refusal refusal) => refused.Add(new RefusedJob(id, refusal switch
    {
        Refusal.NotFound => "The job is no longer there.",
        Refusal.WrongState wrong => wrong.Detail,
        Refusal.KeyHeld held => held.Detail,
        Refusal.Gone gone => gone.Detail,
        Refusal.Invalid invalid => string.Join(' ', invalid.Faults.Select(fault => fault.Detail)),
        Refusal.QueueFull full => full.Detail,
        Refusal.Unavailable unavailable => unavailable.Detail,
        Refusal.InUse inUse => inUse.Detail,
        _ => refusal.GetType().Name,
    }));

    /// <summary>Runs a statement for each job, all in one round trip; null is the answer of one that gives no row.</summary>
    private async Task<IReadOnlyList<T?>> EachAsync<T>(IReadOnlyList<JobId> jobs, Func<JobId, NpgsqlBatchCommand> statement, Func<NpgsqlDataReader, T?> read)
        where T : struct
    {
        if (jobs.Count == 0)
            return [];

        await using var batch = new NpgsqlBatch(connection);
        foreach (var id in jobs)
            batch.BatchCommands.Add(statement(id));
        await batch.PrepareAsync(cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var answers = new T?[jobs.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = await reader.ReadAsync(cancellationToken) ? read(reader) : null;
            await reader.NextResultAsync(cancellationToken);
        }

        return answers;
    }
}
