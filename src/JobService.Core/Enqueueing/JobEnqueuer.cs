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
public sealed class JobEnqueuer : BackgroundService
{
    /// <summary>A commit that takes longer than one of a thousand jobs, some 10 ms, holds up no other.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(20);

    private readonly IJobStore store;
    private readonly IKeyedJobStore keyed;
    private readonly TimeProvider clock;
    private readonly JobCommits commits;
    private readonly WaitingJobs unmet;
    private readonly WaitingJobs plain;
    private readonly WaitingJobs apart;
    private readonly HeldJobs held;

    public JobEnqueuer(
        IJobStore store, IKeyedJobStore keyed, JobRouter router, SignalHub signals, IOptions<EnqueueOptions> options, TimeProvider clock, ILogger<JobEnqueuer> log)
    {
        (this.store, this.keyed, this.clock) = (store, keyed, clock);
        commits = new JobCommits(store, keyed, router, signals, clock, log);
        (unmet, plain, apart) = (new WaitingJobs(options.Value), new WaitingJobs(options.Value), new WaitingJobs(options.Value));
        held = new HeldJobs(options.Value, store, commits);
    }

    /// <summary>Enqueues all the jobs or none.</summary>
    public async Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        try
        {
            var answer = jobs.Any(commits.Waits) ? await keyed.EnqueueAllAsync(jobs, cancellationToken) : Result.Of(await store.EnqueueAsync(jobs, cancellationToken));
            commits.Signal(answer.Value ?? []);
            return answer;
        }
        catch (DbException e)
        {
            return EnqueueRefusals.Of(e);
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
            commits.Signal(once.Jobs);
            return once.Answer;
        }
        catch (DbException e)
        {
            return EnqueueRefusals.Of(e);
        }
    }

    /// <summary>Enqueues each job for itself, in as few commits as can be; one that can't be stored harms none of its neighbours.</summary>
    public Task<IReadOnlyList<Result<EnqueuedJob>>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) =>
        commits.EachAsync(jobs, cancellationToken);

    /// <summary>
    /// Enqueues one job, together with whatever else is being enqueued just now. Jobs with a key, of a sequence, or of a queue that holds so
    /// many and no more, may wait for other calls: they have commits of their own, so that none of the others waits with them; and what is waited for longer
    /// than a moment, holds up only those that want the same. Those whose names have no number yet get one first, so that none of the others waits for a name.
    /// </summary>
    public Task<Result<EnqueuedJob>> EnqueueAsync(NewJob job)
    {
        var pending = new PendingJob(job);
        if (store.Knows(job))
            Add(pending);
        else
            Add(pending, unmet);
        return pending.Answer.Task;
    }

    private void Add(PendingJob pending) => Add(pending, commits.Waits(pending.Job) ? apart : plain);

    private void Add(PendingJob pending, WaitingJobs line)
    {
        if (!line.TryAdd(pending, out var begins))
            pending.Answer.SetResult(new Refusal.Overloaded(EnqueueRefusals.RetryAfter));
        else if (begins)
            BeginFlusher(line);
    }

    /// <summary>It works for many callers: on the thread pool from its first line, and without the context of the one who begins it.</summary>
    private void BeginFlusher(WaitingJobs line) =>
        ThreadPool.UnsafeQueueUserWorkItem(static flusher => _ = flusher.Enqueuer.FlushAllAsync(flusher.Line), (Enqueuer: this, Line: line), preferLocal: true);

    private async Task FlushAllAsync(WaitingJobs line)
    {
        var batch = new List<PendingJob>();
        while (line.TryTake(batch))
        {
            // Not of those that others hold up already: they go on by themselves.
            var jobs = held.Sift(batch);
            if (jobs.Length == 0)
                continue;

            var flush = commits.AnswerAsync(jobs, () => line == unmet ? MeetAsync(jobs) : FlushAsync(jobs));
            await flush.WaitAsync(Long, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (flush.IsCompleted)
                continue;

            // It may hang until its command times out.
            if (line.FellBehind())
                BeginFlusher(line);
            await flush;
            line.CaughtUp();
        }
    }

    /// <summary>Has the names of jobs get their numbers, and these wait with the others; whom somebody keeps a name from, waits for it by himself.</summary>
    private async Task MeetAsync(PendingJob[] jobs)
    {
        if (await TryMeetAsync(jobs))
            return;

        foreach (var alike in jobs.GroupBy(pending => NamesOfJob.Of(pending.Job)))
        {
            PendingJob[] some = [.. alike];
            await commits.AnswerAsync(some, async () =>
            {
                if (await TryMeetAsync(some))
                    return;
                foreach (var pending in some)
                    held.Add(pending);
            });
        }
    }

    /// <summary>False where somebody keeps a name for longer than a moment.</summary>
    private async Task<bool> TryMeetAsync(PendingJob[] jobs)
    {
        if (!await store.TryMeetAsync([.. jobs.Select(pending => pending.Job)], mayWait: false, CancellationToken.None))
            return false;
        foreach (var pending in jobs)
            Add(pending);
        return true;
    }

    /// <summary>Enqueues jobs and answers them; those that are waited for longer than a moment go on by themselves.</summary>
    private async Task FlushAsync(PendingJob[] jobs)
    {
        // Not cancelled by a stop: a commit under way is waited for, so that its callers learn of it.
        var answers = await commits.TogetherAsync([.. jobs.Select(pending => pending.Job)], mayWait: false, CancellationToken.None);
        foreach (var (pending, answer) in jobs.Zip(answers))
        {
            if (answer.Refusal is Refusal.InUse)
                held.Add(pending);
            else
                pending.Answer.SetResult(answer);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A stop lets no more in, and whoever waits already is still answered.
        foreach (var line in (WaitingJobs[])[unmet, plain, apart])
        {
            if (line.Open())
                BeginFlusher(line);
        }

        await using (stoppingToken.Register(unmet.Close))
            await unmet.Ended;
        plain.Close();
        apart.Close();
        await Task.WhenAll(plain.Ended, apart.Ended);
        held.Close();
        await held.Ended;
    }
}
