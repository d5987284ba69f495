using System.Data.Common;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Enqueues by group commit: whatever has gathered while the last commit was in flight goes into the next one, without any
/// waiting window. An answer is given only after the commit; where that is unknown, the answer says so.
/// </summary>
public sealed partial class JobEnqueuer : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>A commit that takes longer than one of a thousand jobs, some 10 ms, holds up no other.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);

    private readonly IJobStore store;
    private readonly IKeyedJobStore keyed;
    private readonly JobRouter router;
    private readonly SignalHub signals;
    private readonly TimeProvider clock;
    private readonly ILogger<JobEnqueuer> log;
    private readonly WaitingJobs plain;
    private readonly WaitingJobs apart;

    public JobEnqueuer(
        IJobStore store, IKeyedJobStore keyed, JobRouter router, SignalHub signals, IOptions<EnqueueOptions> options, TimeProvider clock, ILogger<JobEnqueuer> log)
    {
        (this.store, this.keyed, this.router, this.signals, this.clock, this.log) = (store, keyed, router, signals, clock, log);
        (plain, apart) = (new WaitingJobs(options.Value), new WaitingJobs(options.Value));
    }

    /// <summary>
    /// Enqueues one job, together with whatever else is being enqueued just now. Jobs with a key, of a sequence, or of a queue that holds so
    /// many and no more, may wait for other calls: they have commits of their own, so that none of the others waits with them.
    /// </summary>
    public Task<Result<EnqueuedJob>> EnqueueAsync(NewJob job)
    {
        var pending = new PendingJob(job);
        var waiting = Waits(job) ? apart : plain;
        if (!waiting.TryAdd(pending, out var begins))
            return Task.FromResult<Result<EnqueuedJob>>(new Refusal.Overloaded(RetryAfter));
        if (begins)
            BeginFlusher(waiting);
        return pending.Answer.Task;
    }

    /// <summary>Enqueues all the jobs or none.</summary>
    public async Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        try
        {
            if (jobs.Any(Waits))
                return Signalled(await keyed.EnqueueAllAsync(jobs, cancellationToken));
            var enqueued = await store.EnqueueAsync(jobs, cancellationToken);
            Signal(enqueued);
            return Result.Of(enqueued);
        }
        catch (DbException e)
        {
            return RefusalOf(e);
        }

        Result<IReadOnlyList<EnqueuedJob>> Signalled(Result<IReadOnlyList<EnqueuedJob>> answer)
        {
            Signal(answer.Value ?? []);
            return answer;
        }
    }

    /// <summary>Enqueues all the jobs or none, once for a request, whose answer is kept in the same transaction.</summary>
    /// <inheritdoc cref="IKeyedJobStore.EnqueueOnceAsync" path="/param"/>
    public async Task<Result<KeptAnswer>> EnqueueOnceAsync(
        IReadOnlyList<NewJob> jobs, RequestKey request, Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<KeptAnswer>> describe)
    {
        try
        {
            // Not cancelled with its caller, who may come again and is answered by it then.
            if ((await keyed.EnqueueOnceAsync(jobs, request, describe, CancellationToken.None)).IsRefused(out var refusal, out var once))
                return refusal;
            Signal(once.Jobs);
            return once.Answer;
        }
        catch (DbException e)
        {
            return RefusalOf(e);
        }
    }

    /// <summary>Enqueues each job for itself, in as few commits as can be; one that can't be stored harms none of its neighbours.</summary>
    public async Task<IReadOnlyList<Result<EnqueuedJob>>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        var waits = jobs.Select(Waits).ToArray();
        if (!waits.Contains(value: true))
            return [.. (await EnqueueEachAsync(jobs, PlainAsync, cancellationToken)).Select(answer => answer!.Value)];
        if (waits.Contains(value: false))
        {
            // Those that wait for nobody need no transaction of several statements.
            var plainOnes = new Queue<Result<EnqueuedJob>>(await EnqueueEachAsync([.. jobs.Where((_, i) => !waits[i])], cancellationToken));
            var others = new Queue<Result<EnqueuedJob>>(await EnqueueEachAsync([.. jobs.Where((_, i) => waits[i])], cancellationToken));
            return [.. waits.Select(isOther => (isOther ? others : plainOnes).Dequeue())];
        }

        var answers = (await EnqueueEachAsync(jobs, keyed.EnqueueEachAsync, cancellationToken)).ToArray();
        foreach (var turn in Turns(jobs, [.. Enumerable.Range(0, jobs.Count).Where(i => answers[i] is null)]))
        {
            var own = await EnqueueEachAsync([.. turn.Select(i => jobs[i])], keyed.EnqueueEachAsync, cancellationToken);
            foreach (var (answer, i) in own.Zip(turn))
                answers[i] = answer;
        }

        return [.. answers.Select(answer => answer!.Value)];

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> PlainAsync(IReadOnlyList<NewJob> some, CancellationToken stop) =>
            [.. (await store.EnqueueAsync(some, stop)).Select(job => (Result<EnqueuedJob>?)job)];
    }

    /// <summary>Those of one key together; where any are of a sequence, all of them in their order.</summary>
    private static IEnumerable<IReadOnlyList<int>> Turns(IReadOnlyList<NewJob> jobs, IReadOnlyList<int> left)
    {
        if (left.All(i => jobs[i].Policies.Sequence is null))
            return left.GroupBy(i => jobs[i].UniqueKey).Select(turn => turn.ToArray());

        var turns = new List<List<int>>();
        foreach (var i in left)
        {
            if (turns is [.., var last] && jobs[last[0]].UniqueKey == jobs[i].UniqueKey)
                last.Add(i);
            else
                turns.Add([i]);
        }

        return turns;
    }

    /// <summary>Whether others may have to be waited for: those with its key, of its sequence, or those of a queue that holds so many jobs and no more.</summary>
    private bool Waits(NewJob job) => job.NeedsLocks || router.Current.Value?.IsBounded(job.Queue) == true;

    private async Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(
        IReadOnlyList<NewJob> jobs,
        Func<IReadOnlyList<NewJob>, CancellationToken, Task<IReadOnlyList<Result<EnqueuedJob>?>>> commit,
        CancellationToken cancellationToken)
    {
        try
        {
            var answers = await commit(jobs, cancellationToken);
            Signal(answers.Select(answer => answer?.Value).OfType<EnqueuedJob>());
            return answers;
        }
        catch (DbException e) when (IsFaultOfData(e) && jobs.Count > 1)
        {
            // A statement that failed stored nothing, so each may be tried by itself.
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);
            var answers = new List<Result<EnqueuedJob>?>(jobs.Count);
            foreach (var job in jobs)
                answers.AddRange(await EnqueueEachAsync([job], commit, cancellationToken));
            return answers;
        }
        catch (DbException e)
        {
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);
            return [.. jobs.Select(_ => (Result<EnqueuedJob>?)RefusalOf(e))];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A stop lets no more in, and whoever waits already is still answered.
        await Task.WhenAll(new[] { plain, apart }.Select(async waiting =>
        {
            await using var stop = stoppingToken.Register(waiting.Close);
            if (waiting.Open())
                BeginFlusher(waiting);
            await waiting.Ended;
        }));
    }

    /// <summary>It works for many callers: on the thread pool from its first line, and without the context of the one who begins it.</summary>
    private void BeginFlusher(WaitingJobs waiting) =>
        ThreadPool.UnsafeQueueUserWorkItem(static flusher => _ = flusher.Enqueuer.FlushAllAsync(flusher.Waiting), (Enqueuer: this, Waiting: waiting), preferLocal: true);

    private async Task FlushAllAsync(WaitingJobs waiting)
    {
        var batch = new List<PendingJob>();
        while (waiting.TryTake(batch))
        {
            var flush = FlushAsync(batch);
            await flush.WaitAsync(Long, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (flush.IsCompleted)
                continue;

            // It may hang until its command times out.
            if (waiting.FellBehind())
                BeginFlusher(waiting);
            await flush;
            waiting.CaughtUp();
        }
    }

    private async Task FlushAsync(List<PendingJob> batch)
    {
        try
        {
            // Not cancelled by a stop: a commit under way is waited for, so that its callers learn of it.
            var answers = await EnqueueEachAsync(batch.ConvertAll(pending => pending.Job), CancellationToken.None);
            for (var i = 0; i < answers.Count; i++)
                batch[i].Answer.SetResult(answers[i]);
        }
        catch (Exception e)
        {
            // A bug is the caller's to see, and must not end the flusher.
            foreach (var pending in batch)
                pending.Answer.TrySetException(e);
        }
    }

    /// <summary>A holder that was changed may be ready now too, and the worker of one that was superseded is to look.</summary>
    private void Signal(IEnumerable<EnqueuedJob> enqueued)
    {
        var (isReady, isCancelled) = (false, false);
        foreach (var job in enqueued)
        {
            isReady |= job.State == JobState.Queued;
            isCancelled |= job.Superseded is not null;
        }

        if (isReady)
            signals.JobsReady();
        if (isCancelled)
            signals.CancelRequested();
    }

    private static Refusal RefusalOf(DbException e) => e switch
    {
        DatabaseUnreachableException => new Refusal.Unavailable("The database can't be reached; nothing was stored.", RetryAfter),
        _ when StorageFaults.IsNotMigrated(e) => new Refusal.Unavailable("The database is not migrated to this version of the service; nothing was stored.", RetryAfter),
        _ when IsFaultOfData(e) => new Refusal.Invalid([new Fault(Pointer: "", $"The database can't store it: {e.Message}")]),
        _ => new Refusal.Unavailable("The connection to the database was lost; whether the job was stored is unknown.", RetryAfter),
    };

    /// <summary>But 23514 is a day without a partition, which the next round of maintenance makes.</summary>
    private static bool IsFaultOfData(DbException e) => StorageFaults.IsFaultOfData(e) && e.SqlState is not "23514";
}
