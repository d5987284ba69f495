using System.IO.Enumeration;
using System.Text;
using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;

namespace JobService.Conformance.Model;

/// <summary>
/// What a store is, in the plainest words there are: a dictionary, one caller at a time, no hurry. It keeps the state machine by
/// moving jobs only through it.
/// </summary>
public sealed class ModelStore : StoreUnderTest, IJobStore, IClaimStore, IDueJobsStore, ILeaseStore
{
    private const int CrashCap = 3;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);

    private readonly Dictionary<JobId, ModelJob> jobs = [];
    private readonly List<(WorkerId Id, DateTimeOffset LeaseUntil, bool HasEnded)> workers = [];
    private readonly Dictionary<QueueName, QueueCounts> counts = [];
    private DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long lastPlace;

    /// <summary>The jobs the next claim takes, as another implementation chose them; an exception when it might not have. Null to choose freely.</summary>
    public IReadOnlyCollection<JobId>? NextChoice { get; set; }

    public override IJobStore Jobs => this;

    public override IClaimStore Claims => this;

    public override IDueJobsStore Due => this;

    public override ILeaseStore Leases => this;

    /// <summary>Asking takes time too, as it does of PostgreSQL: nobody can name the very instant of an earlier call.</summary>
    public override Task<DateTimeOffset> NowAsync() => Task.FromResult(now += Tick);

    public override Task AdvanceAsync(TimeSpan by)
    {
        now += by;
        return Task.CompletedTask;
    }

    public override Task<JobSight?> SeeAsync(JobId id) => Task.FromResult(jobs.GetValueOrDefault(id)?.See());

    public override Task<string> DepthsAsync() => Task.FromResult(Told(jobs.Values
        .GroupBy(job => job.Queue)
        .Select(queue => (queue.Key, new QueueDepth(
            queue.Count(job => job.State == JobState.Scheduled), queue.Count(job => job.State == JobState.Queued),
            queue.Count(job => job.State == JobState.Running), queue.Count(job => job.State == JobState.Retrying))))));

    public override Task<string> CountsAsync() => Task.FromResult(Told(counts.Select(queue => (queue.Key, queue.Value))));

    /// <summary>There is nothing to fold where everything is counted at once.</summary>
    public override Task FoldAsync(int maxNotes) => Task.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<IReadOnlyList<EnqueuedJob>> EnqueueAsync(IReadOnlyList<NewJob> newJobs, CancellationToken cancellationToken)
    {
        now += Tick;
        var enqueued = new List<EnqueuedJob>();
        foreach (var made in newJobs)
        {
            var job = new ModelJob(made) { CreatedAt = now, RunAt = made.RunAt ?? now + (made.Delay ?? TimeSpan.Zero) };
            Wait(job, job.RunAt, JobState.Scheduled);
            jobs.Add(made.Id, job);
            Count(job.Queue, new QueueCounts { Enqueued = 1 });
            enqueued.Add(new EnqueuedJob(made.Id, job.State, job.CreatedAt, job.RunAt));
        }

        return Task.FromResult<IReadOnlyList<EnqueuedJob>>(enqueued);
    }

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
            { } job => Again(job),
        });

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
            Move(job, job.RunAt > now ? JobTrigger.RestartLater : JobTrigger.Restart);
            Wait(job, job.RunAt, JobState.Scheduled);
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
            (job.Queue, job.Priority, job.Tags) = (edit.Queue ?? job.Queue, edit.Priority ?? job.Priority, edit.Tags ?? job.Tags);
            job.Payload = edit.Payload is { } payload ? Text(payload) : job.Payload;
            job.RunAt = edit.RunAt ?? job.RunAt;
            job.Revision++;
            job.WasJustRestarted = false;
            var due = edit.RunAt ?? (job.State == JobState.Queued ? now : job.DueAt);
            if (!(job.State == JobState.Queued && keepsPlace))
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
            Move(job, JobTrigger.Claim);
            (job.Token, job.Worker, job.StartedAt) = (new LeaseToken(job.Place), request!.Worker, now);
            job.Attempt++;
            if (job.TooLate(now) is { } reason)
                endings.Add(JobTransition.Expire(job.Made.Id, job.Token, reason));
            else
                claims.Add(ClaimOf(job));
        }

        return Task.FromResult(new Exchange(stale, claims, endings));
    }

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

    public Task<IReadOnlyList<CancelRequest>> CancelRequestsAsync(WorkerId worker, IReadOnlyCollection<JobId> running, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<CancelRequest>>([.. running
            .Where(id => jobs.TryGetValue(id, out var job) && job.State == JobState.Running && job.Worker == worker && job.IsCancelRequested)
            .Select(id => new CancelRequest(id, jobs[id].Token, jobs[id].CancelReason))]);

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
        var able = jobs.Values
            .Where(job => job.State == JobState.Queued && request.Types.Contains(job.Made.Type))
            .Where(job => request.Queues.Any(glob => FileSystemName.MatchesSimpleExpression(glob, job.Queue.Name, ignoreCase: false)))
            .OrderBy(job => job.Rank).ThenBy(job => job.Place)
            .ToArray();
        var choice = NextChoice is { } ids
            ? able.Where(job => ids.Contains(job.Made.Id)).ToArray()
            : able.Where(job => job.IsSuspect && request.AllowSuspect).Take(1).Concat(able.Where(job => !job.IsSuspect)).Take(request.MaxJobs).ToArray();

        var passedOver = able.Except(choice).Where(job => !job.IsSuspect).ToArray();
        Require(NextChoice is null || NextChoice.Count == choice.Length, "it was queued, and in a queue that was asked for");
        Require(choice.Length <= request.MaxJobs, "no more were asked for");
        Require(choice.Count(job => job.IsSuspect) <= (request.AllowSuspect ? 1 : 0), "suspects run one at a time");
        Require(choice.Length == request.MaxJobs || passedOver.Length == 0, "nothing that may run is left while there is room");
        Require(
            !choice.Any(job => !job.IsSuspect && passedOver.Any(other => other.Queue == job.Queue && (other.Rank, other.Place).CompareTo((job.Rank, job.Place)) < 0)),
            "a higher priority runs first, and within one who came first");
        NextChoice = null;
        return choice;
    }

    private static void Require(bool holds, string rule)
    {
        if (!holds)
            throw new InvalidOperationException($"The claim broke a rule: {rule}.");
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

    private void End(ModelJob job, JobTrigger trigger, string? reason)
    {
        Move(job, trigger);
        job.Reason = reason;
    }

    /// <summary>The state machine has the last word on where a job goes. A request to cancel is forgotten once the job waits again.</summary>
    private void Move(ModelJob job, JobTrigger trigger)
    {
        Count(job.Queue, trigger switch
        {
            JobTrigger.Restart or JobTrigger.RestartLater => new QueueCounts { Enqueued = 1 },
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
