using System.Data.Common;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Enqueueing;

/// <summary>
/// Stores jobs, each for itself, in as few commits as can be, and tells of those that were stored. Those that others may have to be waited for are stored apart from those that wait
/// for nobody, so that none of these waits with them; and of those, whoever something is kept from apart from the others.
/// </summary>
internal sealed partial class JobCommits(IJobStore store, IKeyedJobStore keyed, JobRouter router, SignalHub signals, TimeProvider clock, ILogger log)
{
    /// <summary>For how long jobs of one call begin to wait for others, one after the other.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>For how long it is looked for those whom something is kept from: a few of the moments that each look may take.</summary>
    private static readonly TimeSpan Search = TimeSpan.FromSeconds(1);

    /// <summary>Makes one commit of jobs, or none; null is the answer to one that takes a commit of its own.</summary>
    private delegate Task<IReadOnlyList<Result<EnqueuedJob>?>> Commit(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken);

    /// <summary>Whether others may have to be waited for: those with its key, of its sequence, or those of a queue that holds so many jobs and no more.</summary>
    public bool Waits(NewJob job) => job.NeedsLocks || router.Current.Value?.IsBounded(job.Queue) == true;

    /// <summary>Stores each job for itself. Those that something is kept from wait for it in turn; once that took as long as one of them may wait, the others are told at once.</summary>
    public async Task<IReadOnlyList<Result<EnqueuedJob>>> EachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        // Those that wait for nobody need no transaction of several statements.
        var waits = jobs.Select(Waits).ToArray();
        var plain = new Queue<Result<EnqueuedJob>>(await PlainAsync([.. jobs.Where((_, i) => !waits[i])], cancellationToken));
        var apart = new Queue<Result<EnqueuedJob>>(await ApartInTurnAsync([.. jobs.Where((_, i) => waits[i])], cancellationToken));
        return [.. waits.Select(isApart => (isApart ? apart : plain).Dequeue())];
    }

    /// <summary>Stores jobs that came together, each for itself; <see cref="Refusal.InUse"/> is the answer where others were waited for in vain.</summary>
    /// <param name="jobs">What is stored.</param>
    /// <param name="mayWait">Whether others are waited for longer than a moment.</param>
    /// <param name="cancellationToken">Ends the wait; whether the jobs were stored is then unknown.</param>
    public Task<IReadOnlyList<Result<EnqueuedJob>>> TogetherAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken) =>
        jobs.Any(Waits) ? ApartAsync(jobs, mayWait, cancellationToken) : PlainAsync(jobs, cancellationToken);

    /// <summary>A holder that was changed may be ready now too, and the worker of one that was superseded is to look.</summary>
    public void Signal(IEnumerable<EnqueuedJob> enqueued)
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

    /// <summary>Does work that callers wait for. What the database says no to is their answer, and a bug is theirs to see: neither ends the one who works for them.</summary>
    public async Task AnswerAsync(IReadOnlyList<PendingJob> jobs, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (DbException e)
        {
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);
            foreach (var pending in jobs)
                pending.Answer.TrySetResult(EnqueueRefusals.Of(e));
        }
        catch (Exception e)
        {
            foreach (var pending in jobs)
                pending.Answer.TrySetException(e);
        }
    }

    private async Task<IReadOnlyList<Result<EnqueuedJob>>> PlainAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        return jobs.Count == 0 ? [] : [.. (await CommitAsync(jobs, StoreAsync, cancellationToken)).Select(answer => answer!.Value)];

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> StoreAsync(IReadOnlyList<NewJob> some, CancellationToken stop) =>
            [.. (await store.EnqueueAsync(some, stop)).Select(job => (Result<EnqueuedJob>?)job)];
    }

    /// <summary>First all of them for a moment, and then those that something was kept from, for as long as they may wait together.</summary>
    private async Task<IReadOnlyList<Result<EnqueuedJob>>> ApartInTurnAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return [];
        var began = clock.GetTimestamp();
        Result<EnqueuedJob>?[] answers = [.. await ApartAsync(jobs, mayWait: false, cancellationToken)];
        await InTurnAsync(jobs, answers, Turns(jobs, [.. Enumerable.Range(0, jobs.Count).Where(i => IsInUse(answers[i]))]), WaitAsync);
        return [.. answers.Select(answer => answer!.Value)];

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> WaitAsync(IReadOnlyList<NewJob> turn) =>
            [.. await ApartAsync(turn, mayWait: clock.GetElapsedTime(began) < Patience, cancellationToken)];
    }

    private async Task<IReadOnlyList<Result<EnqueuedJob>>> ApartAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        var answers = (await SearchAsync(jobs, mayWait, cancellationToken)).ToArray();
        await InTurnAsync(jobs, answers, Turns(jobs, [.. Enumerable.Range(0, jobs.Count).Where(i => answers[i] is null)]), own => SearchAsync(own, mayWait, cancellationToken));
        return [.. answers.Select(answer => answer!.Value)];
    }

    /// <summary>
    /// As one transaction; or in halves, and halves of these, where something of one of them is kept by somebody, to find those that it is kept from: for so long, and then those that are
    /// left are taken for such.
    /// </summary>
    private async Task<IReadOnlyList<Result<EnqueuedJob>?>> SearchAsync(IReadOnlyList<NewJob> jobs, bool mayWait, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        return await TryAsync(jobs);

        async Task<IReadOnlyList<Result<EnqueuedJob>?>> TryAsync(IReadOnlyList<NewJob> some)
        {
            var answers = await CommitAsync(some, mayWait ? keyed.EnqueueEachAsync : keyed.TryEnqueueEachAsync, cancellationToken);
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

    /// <summary>Enqueues some after others; whoever comes behind one that is still to be enqueued then, gets its answer, and overtakes nobody.</summary>
    private static async Task InTurnAsync(
        IReadOnlyList<NewJob> jobs, Result<EnqueuedJob>?[] answers, IEnumerable<IReadOnlyList<int>> turns, Func<IReadOnlyList<NewJob>, Task<IReadOnlyList<Result<EnqueuedJob>?>>> enqueue)
    {
        var left = new List<int>();
        foreach (var turn in turns)
        {
            var own = new List<int>();
            foreach (var i in turn)
            {
                if (left.FindIndex(of => IsBehind(jobs[i], jobs[of])) is >= 0 and var first)
                    answers[i] = answers[left[first]];
                else
                    own.Add(i);
            }

            var ofOwn = own.Count == 0 ? [] : await enqueue([.. own.Select(i => jobs[i])]);
            foreach (var (answer, i) in ofOwn.Zip(own))
                answers[i] = answer;
            left.AddRange(turn.Where(i => answers[i] is null || IsInUse(answers[i])));
        }
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

    /// <summary>One commit; or several, where a job of one can't be stored, or a name is kept from it.</summary>
    private async Task<IReadOnlyList<Result<EnqueuedJob>?>> CommitAsync(IReadOnlyList<NewJob> jobs, Commit commit, CancellationToken cancellationToken)
    {
        try
        {
            var answers = await commit(jobs, cancellationToken);
            Signal(answers.Select(answer => answer?.Value).OfType<EnqueuedJob>());
            return answers;
        }
        catch (DbException e)
        {
            LogBatchFailed(jobs.Count, e.SqlState ?? "no answer", e.Message);

            // A statement that failed stored nothing, so it may be tried again: a fault of data is one job's, and a name that is new and that somebody holds keeps out those that name it.
            int[] all = [.. Enumerable.Range(0, jobs.Count)];
            IReadOnlyList<int>[] parts =
                EnqueueRefusals.IsFaultOfData(e) ? [.. all.Select(i => new[] { i })]
                : EnqueueRefusals.IsOfHeldName(e) ? [.. all.GroupBy(i => NamesOfJob.Of(jobs[i])).Select(alike => alike.ToArray())]
                : [all];
            var answers = new Result<EnqueuedJob>?[jobs.Count];
            if (parts.Length == 1)
            {
                Array.Fill(answers, EnqueueRefusals.Of(e));
                return answers;
            }

            await InTurnAsync(jobs, answers, parts, own => CommitAsync(own, commit, cancellationToken));
            return answers;
        }
    }
}
