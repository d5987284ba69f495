using System.Text;
using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Sequences;

namespace JobService.Conformance.Model;

/// <summary>
/// What a store is, in the plainest words there are: a dictionary, one caller at a time, no hurry. It keeps the state machine by
/// moving jobs only through it.
/// </summary>
public sealed class ModelStore : StoreUnderTest, IJobStore, IKeyedJobStore, IClaimStore, IDueJobsStore, ILeaseStore, ISequenceStore, IEndedHeadsStore
{
    private const int CrashCap = 3;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);

    private readonly Dictionary<JobId, ModelJob> jobs = [];
    private readonly Dictionary<KeyHash, ModelKey> keys = [];
    private readonly List<(WorkerId Id, DateTimeOffset LeaseUntil, bool HasEnded)> workers = [];
    private readonly Dictionary<QueueName, QueueCounts> counts = [];
    private readonly HashSet<QueueName> paused = [];
    private readonly ModelSequences sequences = new();
    private readonly ModelLimits limits;
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long lastPlace;
    private long lastToken;

    public ModelStore() => limits = new ModelLimits(() => now += Tick);

    private IEnumerable<ModelJob> Running => jobs.Values.Where(job => job.State == JobState.Running);

    /// <summary>The jobs the next claim takes, as another implementation chose them; an exception when it might not have. Null to choose freely.</summary>
    public IReadOnlyCollection<JobId>? NextChoice { get; set; }

    /// <summary>Whether whoever claims is to know what its limits let through since something ended elsewhere.</summary>
    public bool ClaimsKnowAll { get; set; } = true;

    public override IJobStore Jobs => this;

    public override IKeyedJobStore Keyed => this;

    public override IClaimStore Claims => this;

    public override IClaimStore ClaimsElsewhere => this;

    public override IDueJobsStore Due => this;

    public override ILeaseStore Leases => this;

    public override ISequenceStore Sequences => this;

    public override IEndedHeadsStore Heads => this;

    public override ILimitStore Limits => limits;

    /// <summary>Asking takes time too, as it does of PostgreSQL: nobody can name the very instant of an earlier call.</summary>
    public override Task<DateTimeOffset> NowAsync() => Task.FromResult(now += Tick);

    public override Task AdvanceAsync(TimeSpan by)
    {
        now += by;
        return Task.CompletedTask;
    }

    public override Task<JobSight?> SeeAsync(JobId id) => Task.FromResult(jobs.GetValueOrDefault(id)?.See());

    public override Task<IReadOnlyDictionary<JobId, JobSight>> SeeAsync(IReadOnlyCollection<JobId> ids) =>
        Task.FromResult<IReadOnlyDictionary<JobId, JobSight>>(ids.Where(jobs.ContainsKey).ToDictionary(id => id, id => jobs[id].See()));

    public override Task PauseAsync(QueueName queue) => Task.FromResult(paused.Add(queue));

    public override Task ResumeAsync(QueueName queue) => Task.FromResult(paused.Remove(queue));

    public override Task<string> StandingsAsync(JobId id) => Task.FromResult(jobs.GetValueOrDefault(id) is not { } job ? "" : string.Join('\n', limits
        .StandingsOf(job, Running, now)
        .OrderBy(key => key.Key.Text, StringComparer.Ordinal)
        .Select(key => Told(key.Key, key.Pattern, key.Running is { } running ? (running.Count, [.. running.Take(10)]) : null, key.IsOpen))));

    public override Task<string> DepthsAsync() => Task.FromResult(Told(jobs.Values
        .GroupBy(job => job.Queue)
        .Select(queue => (queue.Key, new QueueDepth(
            queue.Count(job => job.State == JobState.Blocked), queue.Count(job => job.State == JobState.Scheduled), queue.Count(job => job.State == JobState.Queued),
            queue.Count(job => job.State == JobState.Running), queue.Count(job => job.State == JobState.Retrying))))));

    public override Task<string> CountsAsync() => Task.FromResult(Told(counts.Select(queue => (queue.Key, queue.Value))));

    /// <summary>There is nothing to fold where everything is counted at once.</summary>
    public override Task FoldAsync(int maxNotes) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public bool Knows(NewJob job) => true;

    public Task<bool> TryMeetAsync(IReadOnlyList<NewJob> newJobs, bool mayWait, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<IReadOnlyList<EnqueuedJob>> EnqueueAsync(IReadOnlyList<NewJob> newJobs, CancellationToken cancellationToken)
    {
        now += Tick;
        var enqueued = new List<EnqueuedJob>();
        foreach (var made in newJobs)
        {
            var job = new ModelJob(made) { CreatedAt = now, RunAt = made.RunAt ?? now + (made.Delay ?? TimeSpan.Zero) };
            if (sequences.Join(job))
                Wait(job, job.RunAt, JobState.Scheduled);
            else
                (job.State, job.DueAt) = (JobState.Blocked, job.RunAt);
            jobs.Add(made.Id, job);
            Count(job.Queue, new QueueCounts { Enqueued = 1 });
            enqueued.Add(new EnqueuedJob(made.Id, job.State, job.CreatedAt, job.RunAt));
        }

        return Task.FromResult<IReadOnlyList<EnqueuedJob>>(enqueued);
    }

    public async Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> newJobs, CancellationToken cancellationToken)
    {
        var answers = new List<Result<EnqueuedJob>?>();
        foreach (var made in newJobs)
            answers.Add(await EnqueueAsync(made, cancellationToken));
        return answers;
    }

    public async Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> newJobs, CancellationToken cancellationToken)
    {
        var (jobsBefore, keysBefore, countsBefore, giveBack) = (jobs.Values.Select(job => job.Copy()).ToArray(), keys.ToArray(), counts.ToArray(), sequences.Keep());
        var answers = new List<EnqueuedJob>();
        for (var i = 0; i < newJobs.Count; i++)
        {
            if (!(await EnqueueAsync(newJobs[i], cancellationToken)).IsRefused(out var refusal, out var enqueued))
            {
                answers.Add(enqueued);
                continue;
            }

            jobs.Clear();
            keys.Clear();
            counts.Clear();
            giveBack();
            foreach (var (queue, count) in countsBefore)
                counts.Add(queue, count);
            foreach (var job in jobsBefore)
                jobs.Add(job.Made.Id, job);
            foreach (var (key, holder) in keysBefore)
                keys.Add(key, holder);
            return new Refusal.OfJob(i, refusal);
        }

        return Result.Of<IReadOnlyList<EnqueuedJob>>(answers);
    }

    public Task<IReadOnlyList<Result<EnqueuedJob>?>> TryEnqueueEachAsync(IReadOnlyList<NewJob> newJobs, CancellationToken cancellationToken) => EnqueueEachAsync(newJobs, cancellationToken);

    public Task<Result<OnceEnqueued>> EnqueueOnceAsync(
        IReadOnlyList<NewJob> newJobs,
        RequestKey request,
        Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe,
        CancellationToken cancellationToken) => throw new NotSupportedException("An answer that is kept is a matter of transactions.");

    public Task<Result<KeptAnswer>?> FindAnswerAsync(RequestKey request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("An answer that is kept is a matter of transactions.");

    public Task<Result<JobId>?> FindHolderAsync(NewJob job, CancellationToken cancellationToken) => Task.FromResult<Result<JobId>?>(
        job.UniqueKey is { } key && HolderOf(key) is { } holder ? holder.Job : null);

    /// <summary>What is dead says nothing: forgetting it changes no answer.</summary>
    public override Task PruneKeysAsync() => Task.CompletedTask;

    public Task<Result<JobCancellation>> CancelAsync(JobId id, string? reason, string? actor, CancellationToken cancellationToken)
    {
        now += Tick;
        return Task.FromResult<Result<JobCancellation>>(jobs.GetValueOrDefault(id) switch
        {
            null => new Refusal.NotFound(""),
            { State: JobState.Cancelled } => JobCancellation.AlreadyDone,
            { State: JobState.Running } job => Request(job, reason),
            { IsWaiting: true } job => Done(job, reason),
            var job => WrongState(job),
        });

        static JobCancellation Request(ModelJob job, string? reason)
        {
            (job.CancelReason, job.IsCancelRequested) = (job.IsCancelRequested ? job.CancelReason : reason, true);
            job.WasJustRestarted = false;
            return JobCancellation.Requested;
        }

        JobCancellation Done(ModelJob job, string? reason)
        {
            End(job, JobTrigger.Cancel, reason ?? "cancelled");
            return JobCancellation.Done;
        }
    }

    public Task<Result<JobState>> RestartAsync(JobId id, JobRestart restart, string? actor, CancellationToken cancellationToken)
    {
        now += Tick;
        return Task.FromResult(jobs.GetValueOrDefault(id) switch
        {
            null => new Refusal.NotFound(""),

            // Asked twice, a call that took effect is no fault, as long as nothing came of it yet.
            { IsWaiting: true, WasJustRestarted: true } job when job.Attempt == job.Forgiven && IsSame(job) => job.State,
            { } job when !job.State.IsFinal() => WrongState(job),
            { IsErased: true } when restart.Payload is null => new Refusal.Gone(""),
            { Made.Policies.Unique: { } unique } job => AgainWithKey(job, unique),
            { } job => Again(job),
        });

        Result<JobState> AgainWithKey(ModelJob job, UniquePolicy unique)
        {
            if (unique.KeyOf(job.Made.Type.Name, restart.Payload ?? Encoding.UTF8.GetBytes(job.Payload), "").IsRefused(out var invalid, out var key))
                return invalid;
            if (HolderOf(key) is { } holder && holder.Job != id)
                return new Refusal.KeyHeld(holder.Job.ToString(), "");
            var state = Again(job);
            foreach (var (left, _) in keys.Where(held => held.Value.Job == id && held.Key != key && held.Value.Scope <= UniqueScope.UntilFinished).ToArray())
                keys.Remove(left);
            Take(key, id, unique);
            return state;
        }

        bool IsSame(ModelJob job) =>
            (restart.Payload is not { } payload || string.Equals(Text(payload), job.Payload, StringComparison.Ordinal)) && (restart.RunAt ?? job.RunAt) == job.RunAt;

        Result<JobState> Again(ModelJob job)
        {
            job.Payload = restart.Payload is { } payload ? Text(payload) : job.Payload;
            job.RunAt = restart.RunAt ?? now;
            (job.Forgiven, job.Crashes, job.IsErased, job.Result, job.Reason) = (job.Attempt, 0, false, null, null);
            job.ExpiresAt = job.ExpiresAt > now ? job.ExpiresAt : null;
            job.Deadline = job.Deadline > now ? job.Deadline : null;
            job.Revision++;
            job.WasJustRestarted = true;
            if (sequences.Join(job))
            {
                Move(job, job.RunAt > now ? JobTrigger.RestartLater : JobTrigger.Restart);
                Wait(job, job.RunAt, JobState.Scheduled);
            }
            else
            {
                Move(job, JobTrigger.RestartBehind);
                job.DueAt = job.RunAt;
            }

            return job.State;
        }
    }

    public Task<Result<JobState>> EditAsync(JobId id, JobEdit edit, string? actor, CancellationToken cancellationToken)
    {
        now += Tick;
        return Task.FromResult(jobs.GetValueOrDefault(id) switch
        {
            null => new Refusal.NotFound(""),
            { } job when edit.ExpectedRevision is { } known && known != job.Revision => new Refusal.PreconditionFailed(""),
            { IsWaiting: false } job => WrongState(job),
            { } job when edit.RunAt > job.ExpiresAt || edit.RunAt > job.Deadline => new Refusal.Invalid([]),
            { } job => Change(job),
        });

        Result<JobState> Change(ModelJob job)
        {
            var keepsPlace = edit.RunAt is null && (edit.Queue ?? job.Queue) == job.Queue && (edit.Priority ?? job.Priority) == job.Priority;
            if (edit.Queue is { } other && other != job.Queue)
                Count(other, new QueueCounts { Enqueued = 1 });
            job.RoutedBy = edit.Queue is null ? job.RoutedBy : edit.RoutedBy;
            (job.Queue, job.Priority, job.Tags) = (edit.Queue ?? job.Queue, edit.Priority ?? job.Priority, edit.Tags ?? job.Tags);
            job.Payload = edit.Payload is { } payload ? Text(payload) : job.Payload;
            job.RunAt = edit.RunAt ?? job.RunAt;
            job.Revision++;
            job.WasJustRestarted = false;
            var due = edit.RunAt ?? (job.State == JobState.Queued ? now : job.DueAt);
            if (job.State == JobState.Blocked)
                job.DueAt = due;
            else if (!(job.State == JobState.Queued && keepsPlace))
                Wait(job, due, job.State == JobState.Retrying ? JobState.Retrying : JobState.Scheduled);
            return job.State;
        }
    }

    public Task<Result<JobState>> DeleteAsync(JobId id, CancellationToken cancellationToken)
    {
        now += Tick;
        if (!jobs.TryGetValue(id, out var job))
            return Task.FromResult<Result<JobState>>(new Refusal.NotFound(""));
        if (job.State == JobState.Running)
            return Task.FromResult(WrongState<JobState>(job));
        sequences.Left(job, state: null);
        jobs.Remove(id);
        return Task.FromResult<Result<JobState>>(job.State);
    }

    public Task<Result<JobState>> EraseAsync(JobId id, string? actor, CancellationToken cancellationToken)
    {
        now += Tick;
        if (!jobs.TryGetValue(id, out var job))
            return Task.FromResult<Result<JobState>>(new Refusal.NotFound(""));
        if (!job.State.IsFinal())
            return Task.FromResult(WrongState<JobState>(job));
        job.Revision += job.IsErased ? 0 : 1;
        job.WasJustRestarted = false;
        (job.IsErased, job.Payload, job.Result) = (true, "null", null);
        return Task.FromResult<Result<JobState>>(job.State);
    }

    public Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        now += Tick;
        var stale = transitions.Where(transition => !Apply(transition)).ToArray();
        var claims = new List<Claim>();
        var endings = new List<JobTransition>();
        foreach (var job in request is null ? [] : Choose(request))
        {
            limits.Start(job, now);
            Move(job, JobTrigger.Claim);
            (job.Token, job.Worker, job.StartedAt) = (new LeaseToken(++lastToken), request!.Worker, now);
            job.Attempt++;
            if (job.TooLate(now) is { } reason)
                endings.Add(JobTransition.Expire(job.Made.Id, job.Token, reason));
            else
                claims.Add(ClaimOf(job));
        }

        return Task.FromResult(new Exchange(stale, claims, endings));
    }

    /// <summary>What waits for a claim, suspects aside: what it may take, or else what its limits hold up.</summary>
    public (bool MayTake, bool IsHeldUp) OutlookFor(ClaimRequest request) => ClaimOf(request).Outlook();

    public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken)
    {
        now += Tick;
        var unknown = jobs.Values.Where(job => job.State == JobState.Running && job.Worker == worker && !known.Contains(job.Token)).ToArray();
        var place = ++lastPlace;
        foreach (var job in unknown)
        {
            job.Attempt--;
            if (job.IsCancelRequested)
                End(job, JobTrigger.Cancel, job.CancelReason ?? "cancelled");
            else
                Queue(job, JobTrigger.Release, place);
        }

        return Task.FromResult(unknown.Length);
    }

    public Task<int> PromoteAsync(int maxJobs, CancellationToken cancellationToken)
    {
        now += Tick;
        var due = jobs.Values
            .Where(job => job.State is JobState.Scheduled or JobState.Retrying && job.DueAt <= now)
            .OrderBy(job => job.DueAt).ThenBy(job => job.Made.Id.ToString(), StringComparer.Ordinal)
            .Take(maxJobs).ToArray();
        foreach (var job in due)
            Queue(job, JobTrigger.Promote, ++lastPlace);
        return Task.FromResult(due.Length);
    }

    public Task<int> ExpireAsync(int maxJobs, CancellationToken cancellationToken)
    {
        now += Tick;
        var late = jobs.Values.Where(job => job.IsWaiting && job.TooLate(now) is not null).Take(maxJobs).ToArray();
        foreach (var job in late)
            End(job, JobTrigger.Expire, job.TooLate(now));
        return Task.FromResult(late.Length);
    }

    public Task<WorkerId> RegisterAsync(WorkerRegistration registration, TimeSpan lease, CancellationToken cancellationToken)
    {
        now += Tick;
        var id = new WorkerId(workers.Count + 1);
        workers.Add((id, now + lease, HasEnded: false));
        return Task.FromResult(id);
    }

    public ILeaseLine OpenLine(WorkerId worker) => throw new NotSupportedException("Renewing a lease is a matter of connections.");

    public Task LeaveAsync(WorkerId worker, CancellationToken cancellationToken)
    {
        now += Tick;
        EndWorker(worker);
        return Task.CompletedTask;
    }

    public Task<ReclaimedJobs> ReclaimAsync(WorkerId worker, int maxJobs, CancellationToken cancellationToken)
    {
        now += Tick;
        if (!workers.Exists(one => one.Id == worker && !one.HasEnded && one.LeaseUntil > now))
            return Task.FromResult(default(ReclaimedJobs));

        var ranOut = workers.Where(one => !one.HasEnded && one.LeaseUntil <= now).Select(one => one.Id).ToArray();
        foreach (var id in ranOut)
            EndWorker(id);

        var (requeued, ended, place) = (0, 0, ++lastPlace);
        foreach (var job in jobs.Values.Where(IsLost).Take(maxJobs).ToArray())
        {
            job.Crashes++;
            job.LastError = Error(job, AttemptFailure.Lost, "worker.lost");
            if (job.IsCancelRequested)
                End(job, JobTrigger.Cancel, job.CancelReason ?? "cancelled");
            else if (job.Crashes > CrashCap)
                End(job, JobTrigger.Lose, "lost");
            else
                Queue(job, JobTrigger.Reclaim, place);
            (requeued, ended) = job.State.IsFinal() ? (requeued, ended + 1) : (requeued + 1, ended);
        }

        return Task.FromResult(new ReclaimedJobs(ranOut.Length, requeued, ended));
    }

    /// <summary>Here whoever supersedes a job cancels it himself.</summary>
    public Task<int> CancelSupersededAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<IReadOnlyList<CancelRequest>> CancelRequestsAsync(WorkerId worker, IReadOnlyCollection<JobId> running, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CancelRequest>>([.. running
            .Where(id => jobs.TryGetValue(id, out var job) && job.State == JobState.Running && job.Worker == worker && job.IsCancelRequested)
            .Select(id => new CancelRequest(id, jobs[id].Token, jobs[id].CancelReason))]);

    public override Task<IReadOnlyList<SequenceSight>> SequencesAsync() => Task.FromResult(sequences.All);

    public Task<AdvancedSequences> AdvanceAsync(int maxEnds, CancellationToken cancellationToken)
    {
        now += Tick;
        var (ends, freed, held) = sequences.Advance(id => jobs.GetValueOrDefault(id)?.State);
        var scheduled = freed.Count(id => jobs[id].DueAt > now);
        Free(freed);
        return Task.FromResult(new AdvancedSequences(ends, freed.Count - scheduled, scheduled, held));
    }

    /// <summary>Nothing of the model is of an earlier version.</summary>
    public Task<int> RecoverAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<bool> ResumeAsync(SequenceKey key, JobId? head, string? reason, string? actor, CancellationToken cancellationToken)
    {
        now += Tick;
        if (sequences.Resume(key.Text, head) is not { } freed)
            return Task.FromResult(false);
        Free(freed);
        return Task.FromResult(true);
    }

    private async Task<Result<EnqueuedJob>> EnqueueAsync(NewJob made, CancellationToken cancellationToken)
    {
        now += Tick;
        if (made is not { UniqueKey: { } key, Policies.Unique: { } unique } || HolderOf(key) is not { } held)
            return await TakeAsync(superseded: null);

        var holder = jobs.GetValueOrDefault(held.Job);
        if (unique.OnConflict == UniqueConflict.Reject || (holder is not null && holder.Made.Type != made.Type))
            return new Refusal.KeyHeld(held.Job.ToString(), "");
        if (holder is null)
            return new Refusal.Gone("");

        var isUnstarted = holder.IsWaiting && holder.Attempt == holder.Forgiven;
        var due = made.RunAt ?? now + (made.Delay ?? TimeSpan.Zero);
        switch (unique.OnConflict)
        {
            case UniqueConflict.Supersede when !holder.State.IsFinal():
                await CancelAsync(held.Job, $"Job {made.Id} takes its place.", actor: null, cancellationToken);
                return await TakeAsync(held.Job);
            case UniqueConflict.Replace when holder.IsWaiting:
                var isAtOnce = made.RunAt is null && made.Delay is null;
                var replaced = await EditAsync(
                    held.Job,
                    new JobEdit
                    {
                        RunAt = isAtOnce && holder.State == JobState.Queued ? null : due,
                        Priority = made.Priority,
                        Queue = made.Queue,
                        RoutedBy = made.RoutedBy,
                        Payload = made.Payload,
                        Tags = made.Tags,
                    },
                    actor: null,
                    cancellationToken);
                if (replaced.Refusal is { } refusal)
                    return refusal;
                break;
            case UniqueConflict.Debounce when isUnstarted:
                var latest = unique.MaxWait is { } maxWait ? holder.CreatedAt + maxWait : DateTimeOffset.MaxValue;
                var runAt = due < latest ? due : latest;
                if (runAt > now && runAt > (holder.State == JobState.Queued ? holder.RunAt : holder.DueAt))
                    await EditAsync(held.Job, new JobEdit { RunAt = runAt }, actor: null, cancellationToken);
                break;
        }

        return new EnqueuedJob(held.Job, holder.State, holder.CreatedAt, holder.RunAt) { IsDeduplicated = true };

        async Task<EnqueuedJob> TakeAsync(JobId? superseded)
        {
            var enqueued = (await EnqueueAsync([made], cancellationToken))[0];
            if (made is { UniqueKey: { } taken, Policies.Unique: { } by })
                Take(taken, made.Id, by);
            return enqueued with { Superseded = superseded };
        }
    }

    private ModelKey? HolderOf(KeyHash key) =>
        keys.TryGetValue(key, out var holder) && holder.IsHeld(jobs.GetValueOrDefault(holder.Job), now) ? holder : null;

    /// <summary>A job that has it already keeps it as long as it would have.</summary>
    private void Take(KeyHash key, JobId id, UniquePolicy unique)
    {
        if (keys.GetValueOrDefault(key) is { Scope: UniqueScope.Window or UniqueScope.Forever } held && held.Job == id && held.Until > now)
            return;
        keys[key] = new ModelKey(id, unique.Scope, unique.Scope == UniqueScope.Forever ? DateTimeOffset.MaxValue : now + (unique.Window ?? TimeSpan.Zero));
    }

    private bool Apply(JobTransition transition)
    {
        if (!jobs.TryGetValue(transition.Id, out var job) || job.State != JobState.Running || job.Token != transition.Token)
            return false;

        switch (transition)
        {
            case JobTransition.Succeeded done:
                End(job, JobTrigger.Succeed, reason: null);
                job.Result = done.Result is { } result ? Text(result) : null;
                break;
            case JobTransition.Failed failed:
                job.LastError = Error(job, failed.Failure, failed.Error.Type);
                End(job, JobTrigger.Fail, failed.Reason);
                break;
            case JobTransition.Expired expired:
                job.Attempt--;
                End(job, JobTrigger.Fail, expired.Reason);
                break;
            case JobTransition.Cancelled { IsAbandoned: true }:
                job.LastError = Error(job, AttemptFailure.Abandoned, "job.abandoned");
                End(job, JobTrigger.Cancel, "abandoned");
                break;
            case JobTransition.Cancelled cancelled:
                End(job, JobTrigger.Cancel, cancelled.Reason ?? job.CancelReason ?? "cancelled");
                break;
            case JobTransition.Retrying retrying:
                job.LastError = Error(job, retrying.Failure, retrying.Error.Type);
                AgainUnlessCancelled(job, () => Schedule(job, JobTrigger.Retry, now + retrying.Delay));
                break;
            case JobTransition.Snoozed snoozed:
                job.WasJustRestarted = false;
                AgainUnlessCancelled(job, () =>
                {
                    job.Attempt--;
                    Schedule(job, JobTrigger.Snooze, now + snoozed.Delay);
                });
                break;
            case JobTransition.Released:
                job.WasJustRestarted = false;
                AgainUnlessCancelled(job, () =>
                {
                    job.Attempt--;
                    Queue(job, JobTrigger.Release, ++lastPlace);
                });
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }

        return true;
    }

    /// <summary>A job that someone asked to cancel does not wait for another run.</summary>
    private void AgainUnlessCancelled(ModelJob job, Action again)
    {
        if (job.IsCancelRequested)
            End(job, JobTrigger.Cancel, job.CancelReason ?? "cancelled");
        else
            again();
    }

    private ModelJob[] Choose(ClaimRequest request)
    {
        var claim = ClaimOf(request);
        if (NextChoice is not { } ids)
            return claim.Choose();
        NextChoice = null;
        return claim.Check(
            ids, sequences.IsTurnOf, isOneEnough: limits.IsEmpty && jobs.Values.All(job => job.State != JobState.Queued || job.Made.LimitKeys.Count == 0), ClaimsKnowAll);
    }

    private ModelClaim ClaimOf(ClaimRequest request)
    {
        var waiting = jobs.Values.Where(job => job.State == JobState.Queued && request.Types.Contains(job.Made.Type)
            && request.Queues.Any(queues => queues.Matches(job.Queue.Name)) && !paused.Contains(job.Queue)).ToArray();
        return new ModelClaim(request, waiting, limits.RoomsBeside(Running, waiting, now));
    }

    private bool IsLost(ModelJob job) => job.State == JobState.Running
        && (workers.Single(worker => worker.Id == job.Worker).HasEnded || job.StartedAt + job.Made.Policies.Timeout.Hard + Overdue < now);

    private void EndWorker(WorkerId id)
    {
        var index = workers.FindIndex(worker => worker.Id == id);
        workers[index] = workers[index] with { HasEnded = true };
    }

    private void Wait(ModelJob job, DateTimeOffset until, JobState whileNotDue)
    {
        (job.State, job.DueAt) = until > now ? (whileNotDue, until) : (JobState.Queued, until);
        if (job.State == JobState.Queued)
            job.Place = ++lastPlace;
    }

    private void Schedule(ModelJob job, JobTrigger trigger, DateTimeOffset at)
    {
        Move(job, trigger);
        job.DueAt = at;
    }

    private void Queue(ModelJob job, JobTrigger trigger, long place)
    {
        Move(job, trigger);
        job.Place = place;
    }

    /// <summary>Those that go at once share a place.</summary>
    private void Free(IReadOnlyList<JobId> freed)
    {
        var place = ++lastPlace;
        foreach (var job in freed.Select(id => jobs[id]))
        {
            job.WasJustRestarted = false;
            if (job.DueAt > now)
                Move(job, JobTrigger.Postpone);
            else
                Queue(job, JobTrigger.Unblock, place);
        }
    }

    private void End(ModelJob job, JobTrigger trigger, string? reason)
    {
        sequences.Left(job, JobStateMachine.Next(job.State, trigger));
        Move(job, trigger);
        job.Reason = reason;
    }

    /// <summary>The state machine has the last word on where a job goes. A request to cancel is forgotten once the job waits again.</summary>
    private void Move(ModelJob job, JobTrigger trigger)
    {
        Count(job.Queue, trigger switch
        {
            JobTrigger.Restart or JobTrigger.RestartLater or JobTrigger.RestartBehind => new QueueCounts { Enqueued = 1 },
            JobTrigger.Claim => new QueueCounts { Started = 1 },
            JobTrigger.Succeed => new QueueCounts { Succeeded = 1 },
            JobTrigger.Fail or JobTrigger.Expire or JobTrigger.Lose => new QueueCounts { Failed = 1 },
            JobTrigger.Cancel => new QueueCounts { Cancelled = 1 },
            JobTrigger.Retry or JobTrigger.Reclaim => new QueueCounts { Retried = 1 },
            _ => default,
        });
        job.State = JobStateMachine.Next(job.State, trigger) ?? throw new InvalidOperationException($"{job.State} has no {trigger}.");
        if (job.IsWaiting)
            (job.IsCancelRequested, job.CancelReason) = (false, null);
    }

    private void Count(QueueName queue, QueueCounts more) => counts[queue] = counts.GetValueOrDefault(queue) + more;

    private static string Error(ModelJob job, AttemptFailure failure, string type) => $"{job.Attempt}: {failure} {type}";

    private static Refusal.WrongState WrongState(ModelJob job) => new(job.State.ToString(), [], "");

    private static Result<T> WrongState<T>(ModelJob job)
        where T : notnull => WrongState(job);

    private static Claim ClaimOf(ModelJob job) => new()
    {
        Id = job.Made.Id,
        Token = job.Token,
        Type = job.Made.Type,
        Queue = job.Queue,
        Priority = job.Priority,
        Attempt = job.Attempt,
        Crashes = job.Crashes,
        AttemptsForgiven = job.Forgiven,
        Payload = Encoding.UTF8.GetBytes(job.Payload),
        Policies = job.Made.Policies,
        Tags = job.Tags,
        Metadata = job.Made.Metadata,
        CreatedAt = job.CreatedAt,
        RunAt = job.RunAt,
        ClaimedAt = job.StartedAt,
        ExpiresAt = job.ExpiresAt,
        Deadline = job.Deadline,
        Schedule = job.Made.Schedule,
        TraceParent = null,
        TraceState = null,
    };
}
