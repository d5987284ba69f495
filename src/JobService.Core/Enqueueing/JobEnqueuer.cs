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
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>For how long it is looked for those whom something is kept from: a few of the moments that each look may take.</summary>
    private static readonly TimeSpan Search = TimeSpan.FromSeconds(1);

    private static readonly Refusal NameInUse = new Refusal.InUse("A name in it, or its day, is used for the first time by a transaction that is still open; nothing was stored.", RetryAfter);

    /// <summary>A commit that takes longer than one of a thousand jobs, some 10 ms, holds up no other.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);

    /// <summary>SQLSTATE of a statement that gave up on whoever holds a lock, and did nothing.</summary>
    private const string LockNotAvailable = "55P03";

    private readonly IJobStore store;
    private readonly IKeyedJobStore keyed;
    private readonly JobRouter router;
    private readonly SignalHub signals;
    private readonly TimeProvider clock;
    private readonly ILogger<JobEnqueuer> log;
    private readonly WaitingJobs unmet;
    private readonly WaitingJobs plain;
    private readonly WaitingJobs apart;
    private readonly HeldJobs held;
    private readonly SemaphoreSlim looking = new(4);

    public JobEnqueuer(
        IJobStore store, IKeyedJobStore keyed, JobRouter router, SignalHub signals, IOptions<EnqueueOptions> options, TimeProvider clock, ILogger<JobEnqueuer> log)
    {
        (this.store, this.keyed, this.router, this.signals, this.clock, this.log) = (store, keyed, router, signals, clock, log);
        (unmet, plain, apart, held) = (new WaitingJobs(options.Value), new WaitingJobs(options.Value), new WaitingJobs(options.Value), new HeldJobs(options.Value, FlushHeldAsync));
    }

    /// <summary>
    /// Enqueues one job, together with whatever else is being enqueued just now. Jobs with a key, of a sequence, or of a queue that holds so
    /// many and no more, may wait for other calls: they have commits of their own, so that none of the others waits with them; and what is waited for longer
    /// than a moment, holds up only those that want the same. Those whose names have no number yet get one first, so that none of the others waits for a name.
    /// </summary>
    public Task<Result<EnqueuedJob>> EnqueueAsync(NewJob job)
    {
        var pending = new PendingJob(job);
        Add(pending, store.Knows(job) ? LineOf(job) : unmet);
        return pending.Answer.Task;
    }

    private WaitingJobs LineOf(NewJob job) => Waits(job) ? apart : plain;

    private void Add(PendingJob pending, WaitingJobs line)
    {
        if (!line.TryAdd(pending, out var begins))
            pending.Answer.SetResult(new Refusal.Overloaded(RetryAfter));
        else if (begins)
            BeginFlusher(line);
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
        IReadOnlyList<NewJob> jobs, RequestKey request, Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe)
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

        // All of them together wait no longer than one does.
        var began = clock.GetTimestamp();
        var answers = (await EnqueueApartAsync(jobs, mayWait: false, cancellationToken)).ToArray();
        foreach (var turn in Turns(jobs, [.. Enumerable.Range(0, jobs.Count).Where(i => answers[i].Refusal is Refusal.InUse)]))
        {
            var own = await EnqueueApartAsync([.. turn.Select(i => jobs[i])], mayWait: clock.GetElapsedTime(began) < Patience, cancellationToken);
            foreach (var (answer, i) in own.Zip(turn))
                answers[i] = answer;
        }

        return answers;

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> PlainAsync(IReadOnlyList<NewJob> some, CancellationToken stop) =>
            [.. (await store.EnqueueAsync(some, stop)).Select(job => (Result<EnqueuedJob>?)job)];
    }

    /// <summary>Enqueues jobs that others may have to be waited for; <see cref="Refusal.InUse"/> is the answer where they were, in vain.</summary>
    private async Task<IReadOnlyList<Result<EnqueuedJob>>> EnqueueApartAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        var answers = (await TryApartAsync(jobs, mayWait, cancellationToken)).ToArray();
        var kept = new List<int>();
        foreach (var turn in Turns(jobs, [.. Enumerable.Range(0, jobs.Count).Where(i => answers[i] is null)]))
        {
            // Whoever waited for a moment only is enqueued later, and those behind it with it.
            var behind = mayWait ? [] : turn.Where(i => kept.Exists(of => IsBehind(jobs[i], jobs[of]))).ToArray();
            foreach (var i in behind)
                answers[i] = answers[kept.Find(of => IsBehind(jobs[i], jobs[of]))];
            int[] others = [.. turn.Except(behind)];
            var own = others.Length == 0 ? [] : await TryApartAsync([.. others.Select(i => jobs[i])], mayWait, cancellationToken);
            foreach (var (answer, i) in own.Zip(others))
                answers[i] = answer;
            kept.AddRange(turn.Where(i => IsInUse(answers[i])));
        }

        return [.. answers.Select(answer => answer!.Value)];
    }

    /// <summary>
    /// As one transaction; or in halves, and halves of these, where something of one of them is kept by somebody, to find those that it is kept from: for so long, and then those that are
    /// left are taken for such.
    /// </summary>
    private async Task<IReadOnlyList<Result<EnqueuedJob>?>> TryApartAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        return await TryAsync(jobs);

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> TryAsync(IReadOnlyList<NewJob> some)
        {
            var answers = await EnqueueEachAsync(some, mayWait ? keyed.EnqueueEachAsync : keyed.TryEnqueueEachAsync, cancellationToken);
            if (!answers.All(IsInUse) || clock.GetElapsedTime(began) >= Search || !some.Select(HeldJobs.Kind.Of).Distinct().Skip(1).Any())
                return answers;

            var first = some.Take(some.Count / 2).ToArray();
            var found = (await TryAsync(first)).ToList();

            // Nobody overtakes one that came first and is still to be enqueued, be it that something is kept from it, or that it takes a transaction of its own.
            var left = Enumerable.Range(0, first.Length).Where(i => found[i] is null || IsInUse(found[i])).ToArray();
            var second = some.Skip(first.Length).ToArray();
            var behind = Array.ConvertAll(second, job => Array.FindIndex(left, i => IsBehind(job, first[i])));
            var others = second.Where((_, i) => behind[i] < 0).ToArray();
            var ofOthers = new Queue<Result<EnqueuedJob>?>(others.Length == 0 ? [] : await TryAsync(others));
            found.AddRange(behind.Select(of => of < 0 ? ofOthers.Dequeue() : found[left[of]]));
            return found;
        }
    }

    private static bool IsInUse(Result<EnqueuedJob>? answer) => answer?.Refusal is Refusal.InUse;

    /// <summary>Whether a job comes behind one that came first: of its key or sequence.</summary>
    private static bool IsBehind(NewJob job, NewJob first) =>
        (job.UniqueKey is { } key && key == first.UniqueKey) || (job.Policies.Sequence is { } sequence && sequence.Key == first.Policies.Sequence?.Key);

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
            // A statement that failed stored nothing, so each may be tried by itself; behind one that is still to be enqueued nobody is.
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);
            var answers = new List<Result<EnqueuedJob>?>(jobs.Count);
            var left = new List<int>();
            foreach (var job in jobs)
            {
                if (left.FindIndex(of => IsBehind(job, jobs[of])) is >= 0 and var first)
                    answers.Add(answers[left[first]]);
                else
                    answers.AddRange(await EnqueueEachAsync([job], commit, cancellationToken));
                if (answers[^1] is null || IsInUse(answers[^1]))
                    left.Add(answers.Count - 1);
            }

            return answers;
        }
        catch (DbException e) when (e.SqlState is LockNotAvailable && jobs.Select(NamesOfJob.Of).Distinct().Skip(1).Any())
        {
            // Somebody holds a name that is new. It keeps out the jobs that name it alone.
            LogBatchFailed(jobs.Count, e.SqlState, e.Message);
            var answers = new Result<EnqueuedJob>?[jobs.Count];
            foreach (var alike in Enumerable.Range(0, jobs.Count).GroupBy(i => NamesOfJob.Of(jobs[i])))
            {
                int[] places = [.. alike];
                foreach (var (answer, i) in (await EnqueueEachAsync([.. places.Select(i => jobs[i])], commit, cancellationToken)).Zip(places))
                    answers[i] = answer;
            }

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
        foreach (var waiting in (WaitingJobs[])[unmet, plain, apart])
        {
            if (waiting.Open())
                BeginFlusher(waiting);
        }

        await using (stoppingToken.Register(unmet.Close))
            await unmet.Ended;
        plain.Close();
        apart.Close();
        await Task.WhenAll(plain.Ended, apart.Ended);
        held.Close();
        await held.Ended;
    }

    /// <summary>It works for many callers: on the thread pool from its first line, and without the context of the one who begins it.</summary>
    private void BeginFlusher(WaitingJobs waiting) =>
        ThreadPool.UnsafeQueueUserWorkItem(static flusher => _ = flusher.Enqueuer.FlushAllAsync(flusher.Waiting), (Enqueuer: this, Waiting: waiting), preferLocal: true);

    private async Task FlushAllAsync(WaitingJobs waiting)
    {
        var batch = new List<PendingJob>();
        while (waiting.TryTake(batch))
        {
            var flush = waiting == unmet ? MeetAsync(batch) : FlushAsync(batch);
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

    /// <summary>Has the names of jobs get their numbers, and these wait with the others; whom somebody keeps a name from, waits for it by himself.</summary>
    private async Task MeetAsync(IReadOnlyList<PendingJob> batch)
    {
        var jobs = Unheld(batch);
        if (jobs.Length == 0 || await TryMeetAsync(jobs))
            return;

        foreach (var alike in jobs.GroupBy(pending => NamesOfJob.Of(pending.Job)))
        {
            PendingJob[] some = [.. alike];
            if (await TryMeetAsync(some))
                continue;
            foreach (var pending in some)
                Hold(pending);
        }
    }

    /// <summary>False, and nothing was answered, where somebody keeps a name for longer than a moment.</summary>
    private async Task<bool> TryMeetAsync(PendingJob[] jobs)
    {
        try
        {
            if (!await store.TryMeetAsync([.. jobs.Select(pending => pending.Job)], mayWait: false, CancellationToken.None))
                return false;
            foreach (var pending in jobs)
                Add(pending, LineOf(pending.Job));
        }
        catch (DbException e)
        {
            LogBatchFailed(jobs.Length, e.SqlState ?? "no answer", e.Message);
            foreach (var pending in jobs)
                pending.Answer.TrySetResult(RefusalOf(e));
        }
        catch (Exception e)
        {
            // A bug is the caller's to see, and must not end the flusher.
            foreach (var pending in jobs)
                pending.Answer.TrySetException(e);
        }

        return true;
    }

    /// <summary>Has those wait of whose kind others do.</summary>
    private PendingJob[] Unheld(IReadOnlyList<PendingJob> batch)
    {
        var others = new List<PendingJob>(batch.Count);
        foreach (var pending in batch)
        {
            if (held.HasAlike(pending.Job))
                Hold(pending);
            else
                others.Add(pending);
        }

        return [.. others];
    }

    private void Hold(PendingJob pending)
    {
        if (!held.TryAdd(pending))
            pending.Answer.SetResult(new Refusal.Overloaded(RetryAfter));
    }

    /// <summary>Those of one kind: for a moment again, since not each was looked at by itself; only a few kinds at once, so that others find a connection. And then for as long as anybody waits.</summary>
    private async Task FlushHeldAsync(IReadOnlyList<PendingJob> batch)
    {
        if (batch.All(pending => store.Knows(pending.Job)))
        {
            await looking.WaitAsync();
            try
            {
                var answers = await EnqueueApartAsync([.. batch.Select(pending => pending.Job)], mayWait: false, CancellationToken.None);
                for (var i = 0; i < answers.Count; i++)
                {
                    if (answers[i].Refusal is not Refusal.InUse)
                        batch[i].Answer.SetResult(answers[i]);
                }
            }
            catch (Exception e)
            {
                foreach (var pending in batch)
                    pending.Answer.TrySetException(e);
            }
            finally
            {
                looking.Release();
            }

            batch = [.. batch.Where(pending => !pending.Answer.Task.IsCompleted)];
        }

        await FlushAsync(batch, mayWait: true);
    }

    /// <summary>Those that are waited for longer than a moment go on by themselves, unless that is what is done here.</summary>
    private async Task FlushAsync(IReadOnlyList<PendingJob> batch, bool mayWait = false)
    {
        var jobs = mayWait ? batch : Unheld(batch);
        try
        {
            // Not cancelled by a stop: a commit under way is waited for, so that its callers learn of it.
            NewJob[] all = [.. jobs.Select(pending => pending.Job)];
            if (all.Length == 0)
                return;
            if (mayWait && !all.All(store.Knows) && !await store.TryMeetAsync(all, mayWait, CancellationToken.None))
            {
                foreach (var pending in jobs)
                    pending.Answer.SetResult(NameInUse);
                return;
            }

            var answers = all.Any(Waits) ? await EnqueueApartAsync(all, mayWait, CancellationToken.None) : await EnqueueEachAsync(all, CancellationToken.None);
            for (var i = 0; i < answers.Count; i++)
            {
                if (!mayWait && answers[i].Refusal is Refusal.InUse)
                    Hold(jobs[i]);
                else
                    jobs[i].Answer.SetResult(answers[i]);
            }
        }
        catch (DbException e)
        {
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);
            foreach (var pending in jobs)
                pending.Answer.TrySetResult(RefusalOf(e));
        }
        catch (Exception e)
        {
            // A bug is the caller's to see, and must not end the flusher.
            foreach (var pending in jobs)
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
        _ when e.SqlState is LockNotAvailable => NameInUse,
        _ when IsFaultOfData(e) => new Refusal.Invalid([new Fault(Pointer: "", $"The database can't store it: {e.Message}")]),
        _ => new Refusal.Unavailable("The connection to the database was lost; whether the job was stored is unknown.", RetryAfter),
    };

    /// <summary>But 23514 is a day without a partition, which the next round of maintenance makes.</summary>
    private static bool IsFaultOfData(DbException e) => StorageFaults.IsFaultOfData(e) && e.SqlState is not "23514";
}
