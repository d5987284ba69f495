using System.Diagnostics;
using System.Globalization;
using System.Text;
using JobService.Conformance.Model;
using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Rates;
using JobService.Core.Sequences;

namespace JobService.Conformance.Walks;

/// <summary>
/// Takes the same steps on a store and on the model, and compares what was answered and what can be seen of each job. Which jobs
/// a claim takes is the store's choice within the rules, which the model checks.
/// </summary>
internal sealed class Walk(StoreUnderTest store, ModelStore model)
{
    private static readonly AttemptError Error = new("walk.error", "It went wrong.");

    /// <summary>Whole hours to come, and clocks that move by an hour and a half: nothing is ever due in the very moment that is compared.</summary>
    private static readonly TimeSpan Stride = TimeSpan.FromMinutes(90);

    private static readonly JobType Other = JobType.Parse("conform.other");

    private static readonly int[] Hours = [0, 1, 2, 4];
    private static readonly QueueName[] Queues = [QueueName.Parse("walk.a"), QueueName.Parse("walk.b")];

    private static readonly LimitKey[] Keys = [LimitKey.Parse("t:1"), LimitKey.Parse("t:2"), LimitKey.Parse("t:12"), LimitKey.Parse("u")];
    private static readonly string[] Patterns = ["t:*", "t:1*", "t:1", "u", $"queue:{Queues[0]}", $"type:{StoreUnderTest.Type}"];

    /// <summary>Of one claim, more than its jobs and all that may be put off.</summary>
    private const int MostRounds = 30;

    private static readonly RateLimit?[] Rates = [null, null, new(1, TimeSpan.FromHours(12), Burst: 3), new(2, TimeSpan.FromHours(1), Burst: 1), new(3, TimeSpan.FromHours(4), Burst: 2)];

    private readonly List<JobId> ids = [];
    private readonly List<(Claim Store, Claim Model, bool IsElsewhere)> claims = [];
    private readonly Dictionary<int, (WorkerId Store, WorkerId Model)> workers = [];
    private readonly List<(WorkerId Store, WorkerId Model)> gone = [];

    /// <summary>Whether something may have ended that each process has not seen: what its limits let through then is seen within a second.</summary>
    private (bool Here, bool Elsewhere) hasEnded;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task TakeAsync(IReadOnlyList<Step> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            if (steps[i].Kind is StepKind.Cancel or StepKind.Delete or StepKind.LoseWorker or StepKind.Reclaim or StepKind.Disown or StepKind.EnqueueUnique)
                hasEnded = (true, true);
            var (answer, expected) = await TakeAsync(steps[i]);
            Agree($"step {i}, {steps[i]}", expected, answer);
            var (expectedJobs, jobs) = (await model.SeeAsync(ids), await store.SeeAsync(ids));
            foreach (var id in ids)
                Agree($"step {i}, {steps[i]}: job {ids.IndexOf(id)}", expectedJobs.GetValueOrDefault(id), jobs.GetValueOrDefault(id));
            if (ids.Count > 0)
                Agree($"step {i}, {steps[i]}: limits of job {ids.IndexOf(JobOf(steps[i]))}", await model.StandingsAsync(JobOf(steps[i])), await store.StandingsAsync(JobOf(steps[i])));
            Agree($"step {i}, {steps[i]}: sequences", Told(await model.SequencesAsync()), Told(await store.SequencesAsync()));
            Agree($"step {i}, {steps[i]}: depths", await model.DepthsAsync(), await store.DepthsAsync());
        }

        await LeaveNoneBehindAsync();
        Agree("the end: counts", await model.CountsAsync(), await store.CountsAsync());
        Agree("the end: depths", await model.DepthsAsync(), await store.DepthsAsync());
    }

    private async Task<(object? Answer, object? Expected)> TakeAsync(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Enqueue:
                return await EnqueueAsync(step);
            case StepKind.EnqueueUnique:
                return await EnqueueUniqueAsync(step);
            case StepKind.EnqueueSequence:
                return await EnqueueSequenceAsync(step);
            case StepKind.EnqueueLimited:
                return await EnqueueLimitedAsync(step);
            case StepKind.SetLimit:
                return await BothAsync(async on => Told(await on.Limits.SaveAsync(LimitOf(step), SettingsOf(step), Cancellation)));
            case StepKind.DeleteLimit:
                return await BothAsync(async on => Told(await on.Limits.DeleteAsync(LimitOf(step), Cancellation)));
            case StepKind.PauseQueue or StepKind.ResumeQueue:
                var queue = Queues[step.Target % Queues.Length];
                foreach (var on in (StoreUnderTest[])[store, model])
                    await (step.Kind == StepKind.PauseQueue ? on.PauseAsync(queue) : on.ResumeAsync(queue));
                return (null, null);
            case StepKind.AdvanceSequences:
                return await BothAsync(async on => await on.Heads.AdvanceAsync(1_000, Cancellation));
            case StepKind.RecoverSequences:
                // What it notes is noted already, or was seen to.
                await store.Heads.RecoverAsync(Cancellation);
                return await BothAsync(async on => (await on.Heads.AdvanceAsync(1_000, Cancellation)) with { Ends = 0 });
            case StepKind.ResumeSequence:
                var head = step.Variant % 3 == 0 && ids.Count > 0 ? JobOf(step) : default(JobId?);
                return await BothAsync(async on => await on.Sequences.ResumeAsync(SequenceOf(step).Key, head, reason: null, actor: null, Cancellation));
            case StepKind.PruneKeys:
                await store.PruneKeysAsync();
                await model.PruneKeysAsync();
                return (null, null);
            case StepKind.Claim:
                return await ClaimAsync(step);
            case StepKind.End when claims.Count > 0:
                return await EndAsync(step);
            case StepKind.Cancel when ids.Count > 0:
                return await BothAsync(async on => Told(await on.Jobs.CancelAsync(JobOf(step), step.Variant % 2 == 0 ? null : $"reason {step.Amount}", actor: null, Cancellation)));
            case StepKind.Restart when ids.Count > 0:
                return await BothAsync(async on => Told(await on.Jobs.RestartAsync(JobOf(step), await RestartOfAsync(on, step), actor: null, Cancellation)));
            case StepKind.Edit when ids.Count > 0:
                return await BothAsync(async on => Told(await on.Jobs.EditAsync(JobOf(step), await EditOfAsync(on, step), actor: null, Cancellation)));
            case StepKind.Delete when ids.Count > 0:
                return await BothAsync(async on => Told(await on.Jobs.DeleteAsync(JobOf(step), Cancellation)));
            case StepKind.Erase when ids.Count > 0:
                return await BothAsync(async on => Told(await on.Jobs.EraseAsync(JobOf(step), actor: null, Cancellation)));
            case StepKind.Advance:
                await AdvanceAsync(Stride * (1 + step.Amount % 2));
                return (null, null);
            case StepKind.Promote:
                return await BothAsync(async on => await on.Due.PromoteAsync(1 + step.Amount, Cancellation));
            case StepKind.Expire:
                return await BothAsync(async on => await on.Due.ExpireAsync(100, Cancellation));
            case StepKind.LoseWorker when workers.Remove(step.Target % 3, out var lost):
                await store.Leases.LeaveAsync(lost.Store, Cancellation);
                await model.Leases.LeaveAsync(lost.Model, Cancellation);
                gone.Add(lost);
                return (null, null);
            case StepKind.Reclaim:
                var judge = await JudgeAsync(step);
                return (await store.Leases.ReclaimAsync(judge.Store, 1_000, Cancellation), await model.Leases.ReclaimAsync(judge.Model, 1_000, Cancellation));
            case StepKind.Fold:
                await store.FoldAsync(1 + step.Amount);
                return (null, null);
            case StepKind.Disown:
                return await DisownAsync(step);
            default:
                return (null, null);
        }
    }

    private async Task<(object? Answer, object? Expected)> EnqueueAsync(Step step)
    {
        var job = store.NewJob() with
        {
            Queue = Queues[step.Target % Queues.Length],
            Priority = new JobPriority(step.Amount % 3 * 4),
            Delay = step.Variant % 3 == 0 ? TimeSpan.FromHours(Hours[step.Amount % Hours.Length]) : null,
        };
        var hours = TimeSpan.FromHours(Hours[1 + step.Target % 3]);
        ids.Add(job.Id);
        return await BothAsync(async on =>
        {
            var end = await on.NowAsync() + hours;
            var timed = (step.Variant % 8) switch { 1 => job with { ExpiresAt = end }, 2 => job with { Deadline = end }, _ => job };
            return (await on.Jobs.EnqueueAsync([timed], Cancellation)).Single().State;
        });
    }

    /// <summary>Up to six jobs at once that name the same keys, or none.</summary>
    private async Task<(object? Answer, object? Expected)> EnqueueLimitedAsync(Step step)
    {
        var jobs = Enumerable.Range(0, 1 + step.Amount % 6).Select(i => store.NewJob() with
        {
            Queue = Queues[step.Target % Queues.Length],
            Priority = new JobPriority((step.Amount + (i * step.Target)) % 3 * 4),
            LimitKeys = step.Target % 3 == 0 ? [] : KeysOf(step),
        }).ToArray();
        ids.AddRange(jobs.Select(job => job.Id));
        return await BothAsync(async on => string.Join(", ", (await on.Jobs.EnqueueAsync(jobs, Cancellation)).Select(job => job.State)));
    }

    private static IReadOnlyList<LimitKey> KeysOf(Step step) => [.. Keys.Where((_, i) => (step.Variant & (1 << i)) != 0)];

    private static LimitPattern LimitOf(Step step) =>
        LimitPattern.TryParse(Patterns[step.Target % Patterns.Length], out var pattern) ? pattern : throw new UnreachableException();

    private static LimitSettings SettingsOf(Step step) => new()
    {
        MaxRunning = step.Variant % 13 == 0 ? 0 : step.Variant % 4 is > 0 and var max ? max : null,
        Rate = Rates[step.Amount % Rates.Length],
        IsPaused = step.Variant % 11 == 0,
    };

    /// <summary>Up to three jobs at once, of one sequence or of two.</summary>
    private async Task<(object? Answer, object? Expected)> EnqueueSequenceAsync(Step step)
    {
        var jobs = Enumerable.Range(0, 1 + step.Amount % 3).Select(i => store.NewJob(SequenceOf(step with { Target = step.Target + (step.Variant % 2 * i) })) with
        {
            Queue = Queues[(step.Target + i) % Queues.Length],
            Priority = new JobPriority(step.Amount % 3 * 4),
            Delay = step.Variant % 5 == 0 ? TimeSpan.FromHours(Hours[step.Amount % Hours.Length]) : null,
            LimitKeys = step.Variant % 6 == 3 ? KeysOf(step) : [],
        }).ToArray();
        ids.AddRange(jobs.Select(job => job.Id));
        var hours = TimeSpan.FromHours(Hours[1 + step.Target % 3]);
        return await BothAsync(async on =>
        {
            var end = await on.NowAsync() + hours;
            NewJob[] timed = step.Variant % 8 == 1 ? Array.ConvertAll(jobs, job => job with { ExpiresAt = end }) : jobs;
            var all = step.Variant % 3 == 0
                ? (await on.Keyed.EnqueueAllAsync(timed, Cancellation)).Value!
                : (await on.Keyed.EnqueueEachAsync(timed, Cancellation)).Select(answer => answer!.Value.Value!);
            return string.Join(", ", all.Select(job => job.State));
        });
    }

    private static SequencePolicy SequenceOf(Step step) =>
        new(SequenceKey.Parse($"order-{step.Target % 3}"), step.Variant % 4 < 2 ? SequenceFailure.Block : SequenceFailure.Skip);

    /// <summary>Once every end is seen to, each sequence has a head that goes on, or one that holds it up.</summary>
    private async Task LeaveNoneBehindAsync()
    {
        Agree("the end: sequences", await model.Heads.AdvanceAsync(1_000, Cancellation), await store.Heads.AdvanceAsync(1_000, Cancellation));
        foreach (var sequence in await store.SequencesAsync())
        {
            var head = await store.SeeAsync(sequence.Head);
            Agree($"the end: {sequence.Key} is held up", head is null || head.State.IsFinal(), sequence.IsHeld);
        }
    }

    /// <summary>One job, or three at once of which two may have the same key.</summary>
    private async Task<(object? Answer, object? Expected)> EnqueueUniqueAsync(Step step)
    {
        var jobs = Enumerable.Range(0, step.Amount % 4 == 3 ? 3 : 1).Select(i => UniqueJobOf(step, i)).ToArray();
        var end = TimeSpan.FromHours(Hours[1 + step.Target % 3]);
        var (answer, expected) = await BothAsync(async on =>
        {
            var expiresAt = await on.NowAsync() + end;
            NewJob[] timed = step.Variant % 8 == 1 ? Array.ConvertAll(jobs, job => job with { ExpiresAt = expiresAt }) : jobs;
            if (timed.Length > 1 && step.Variant % 2 == 0)
                return await on.Keyed.EnqueueAllAsync(timed, Cancellation) is { Value: { } all } ? string.Join(", ", all.Select(Told)) : "none";
            var answers = new List<string>();
            foreach (var job in timed)
                answers.Add((await on.EnqueueUniqueAsync(job)).IsRefused(out var refusal, out var one) ? refusal.GetType().Name : Told(one));
            return string.Join(", ", answers);
        });
        foreach (var job in jobs)
        {
            if (await model.SeeAsync(job.Id) is not null)
                ids.Add(job.Id);
        }

        return (answer, expected);

        string Told(EnqueuedJob job) => $"{Name(job.Id)} {job.State} {job.IsDeduplicated} {(job.Superseded is { } other ? Name(other) : "")}";

        string Name(JobId id) => Array.FindIndex(jobs, job => job.Id == id) is >= 0 and var i ? $"new {i}" : $"{ids.IndexOf(id)}";
    }

    private NewJob UniqueJobOf(Step step, int position)
    {
        var (scope, mode) = ((UniqueScope)(1 + step.Variant % 4), (UniqueConflict)((step.Amount + position) % 5));
        var unique = new UniquePolicy
        {
            Key = step.Target % 4 == 3 ? null : $"key {(step.Target + position % 2) % 3}",
            Paths = step.Target % 4 == 3 ? ["/user"] : [],
            Scope = scope,
            Window = scope == UniqueScope.Window ? TimeSpan.FromHours(Hours[1 + step.Amount % 3]) : null,
            OnConflict = mode,
            MaxWait = mode == UniqueConflict.Debounce && step.Amount % 2 == 0 ? TimeSpan.FromHours(Hours[1 + step.Variant % 3]) : null,
        };
        var job = store.NewJob(unique, $$"""{"user": {{step.Variant % 2}}, "by": {{step.Amount}}}""", step.Variant % 9 == 0 ? Other : null);
        return job with
        {
            Policies = job.Policies with { Sequence = step.Variant % 5 == 2 ? SequenceOf(step) : null },
            Queue = Queues[step.Target % Queues.Length],
            Priority = new JobPriority(step.Amount % 3 * 4),
            LimitKeys = step.Variant % 7 == 3 ? KeysOf(step) : [],
            Delay = mode == UniqueConflict.Debounce || step.Variant % 3 == 0 ? TimeSpan.FromHours(Hours[step.Amount % Hours.Length]) : null,
        };
    }

    /// <summary>Claims until nothing comes any more, also when it was worth another look, as a worker does that has room. Two of the three workers are of one process.</summary>
    private async Task<(object? Answer, object? Expected)> ClaimAsync(Step step)
    {
        if (!workers.TryGetValue(step.Target % 3, out var worker))
            workers[step.Target % 3] = worker = (await store.RegisterAsync(), await model.RegisterAsync());
        var isElsewhere = step.Target % 3 == 0;
        model.ClaimsKnowAll = !(isElsewhere ? hasEnded.Elsewhere : hasEnded.Here);
        var request = new ClaimRequest
        {
            Worker = worker.Store,
            MaxJobs = 1 + step.Amount % 4,
            Types = [StoreUnderTest.Type],
            Queues = [.. Queues.Select((queue, i) => new QueueSelection(queue.Name) { MaxJobs = SlotsOf(step, i) })],
            Order = step.Amount % 3 == 0 ? QueueOrder.Strict : QueueOrder.Weighted,
            AllowSuspect = step.Variant % 5 > 0,
        };

        var (answers, expectations) = (new List<string>(), new List<string>());
        for (var (hasLookedAgain, rounds) = (false, 0); ; rounds++)
        {
            Agree("a claim that finds nothing says again and again that there is more", expected: false, rounds > MostRounds);
            var answer = await ClaimsOf(isElsewhere).ExchangeAsync([], request, Cancellation);
            model.NextChoice = [.. answer.Claims.Select(claim => claim.Id), .. answer.Endings.Select(ending => ending.Id)];
            var expected = await model.Claims.ExchangeAsync([], request with { Worker = worker.Model }, Cancellation);
            answers.Add(Told(answer));
            expectations.Add(Told(expected));
            foreach (var claim in answer.Claims)
                claims.Add((claim, expected.Claims.Single(other => other.Id == claim.Id), isElsewhere));
            await ClaimsOf(isElsewhere).ExchangeAsync(answer.Endings, request: null, Cancellation);
            await model.Claims.ExchangeAsync(expected.Endings, request: null, Cancellation);

            var taken = answer.Claims.Count + answer.Endings.Count;
            if (taken == request.MaxJobs)
                break;
            if (taken == 0 && !answer.Outlook.IsMoreReady)
            {
                // What ended elsewhere is seen within a second.
                if (!hasLookedAgain && (model.ClaimsKnowAll ? answer.Outlook.LookIn : TimeSpan.FromSeconds(1)) is { } lookIn)
                {
                    await AdvanceAsync(lookIn);
                    hasLookedAgain = model.ClaimsKnowAll = true;
                    hasEnded = isElsewhere ? (hasEnded.Here, false) : (false, hasEnded.Elsewhere);
                    continue;
                }

                var (mayTake, isHeldUp) = model.OutlookFor(request);
                Agree("a claim that finds nothing: more may run", mayTake, actual: false);
                if (isHeldUp)
                    Agree("a claim that finds nothing: it is looked for again", expected: true, answer.Outlook.LookIn is not null);
                break;
            }

            request = request with
            {
                MaxJobs = request.MaxJobs - taken,
                Queues = [.. request.Queues.Select(queues => queues with { MaxJobs = queues.MaxJobs - answer.Claims.Count(claim => queues.Matches(claim.Queue.Name)) })],
                AllowSuspect = request.AllowSuspect && answer.Claims.All(claim => claim.Crashes < 2),
            };
        }

        return (string.Join("; ", answers), string.Join("; ", expectations));
    }

    /// <summary>How many slots of their own the jobs of a queue have: mostly as many as there are, now and then few or none.</summary>
    private static int? SlotsOf(Step step, int queue) => ((step.Variant + (queue * 3)) % 6) switch { 0 or 1 => 0, 2 => 1, _ => null };

    private async Task<(object? Answer, object? Expected)> EndAsync(Step step)
    {
        var (ours, theirs, isElsewhere) = claims[step.Target % claims.Count];
        hasEnded = isElsewhere ? (true, hasEnded.Elsewhere) : (hasEnded.Here, true);
        var stale = (await ClaimsOf(isElsewhere).ExchangeAsync([EndOf(ours)], request: null, Cancellation)).Stale;
        return (stale.Count == 0, await model.ApplyAsync(EndOf(theirs)));

        JobTransition EndOf(Claim claim) => (step.Variant % 8) switch
        {
            0 or 1 => JobTransition.Succeed(claim.Id, claim.Token, Encoding.UTF8.GetBytes($"{{\"attempt\": {claim.Attempt}}}")),
            2 or 3 => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Error, TimeSpan.FromHours(Hours[step.Amount % Hours.Length])),
            4 => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.TimedOut, Error, "attempts-exhausted"),
            5 => JobTransition.Snooze(claim.Id, claim.Token, TimeSpan.FromHours(Hours[step.Amount % Hours.Length])),
            6 => JobTransition.Release(claim.Id, claim.Token),
            7 => step.Amount % 2 == 0 ? JobTransition.Cancel(claim.Id, claim.Token, "by its handler") : JobTransition.Abandon(claim.Id, claim.Token),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Whoever takes jobs back: mostly a worker that lives, now and then one that has left, which may not.</summary>
    private async Task<(WorkerId Store, WorkerId Model)> JudgeAsync(Step step) =>
        step.Variant % 4 == 0 && gone.Count > 0 ? gone[step.Target % gone.Count]
        : workers.TryGetValue(step.Target % 3, out var worker) ? worker
        : workers[step.Target % 3] = (await store.RegisterAsync(), await model.RegisterAsync());

    private async Task<(object? Answer, object? Expected)> DisownAsync(Step step)
    {
        if (!workers.TryGetValue(step.Target % 3, out var worker))
            return (null, null);
        var known = claims.Where((_, i) => i % 2 == step.Variant % 2).ToArray();
        return (
            await store.Claims.DisownAsync(worker.Store, [.. known.Select(claim => claim.Store.Token)], Cancellation),
            await model.Claims.DisownAsync(worker.Model, [.. known.Select(claim => claim.Model.Token)], Cancellation));
    }

    private static async Task<JobRestart> RestartOfAsync(StoreUnderTest on, Step step) => new(
        step.Variant % 2 == 0 ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(step.Amount.ToString(CultureInfo.InvariantCulture)),
        step.Variant % 3 == 0 ? await on.NowAsync() + TimeSpan.FromHours(Hours[step.Amount % Hours.Length]) : null);

    private static async Task<JobEdit> EditOfAsync(StoreUnderTest on, Step step) => new()
    {
        RunAt = step.Variant % 3 == 0 ? await on.NowAsync() + TimeSpan.FromHours(Hours[step.Amount % Hours.Length]) : null,
        Priority = step.Variant % 4 == 0 ? new JobPriority(step.Amount % 3 * 4) : null,
        Queue = step.Variant % 5 == 0 ? Queues[step.Amount % 2] : null,
        Payload = step.Variant % 2 == 0 ? Encoding.UTF8.GetBytes($"[{step.Amount}]") : default(ReadOnlyMemory<byte>?),
        Tags = step.Variant % 7 == 0 ? new Dictionary<string, string>(StringComparer.Ordinal) { ["walk"] = $"{step.Amount}" } : null,
        ExpectedRevision = step.Variant % 11 == 0 ? step.Amount % 2 : null,
    };

    private IClaimStore ClaimsOf(bool isElsewhere) => isElsewhere ? store.ClaimsElsewhere : store.Claims;

    private async Task AdvanceAsync(TimeSpan by)
    {
        await store.AdvanceAsync(by);
        await model.AdvanceAsync(by);
    }

    private async Task<(object? Answer, object? Expected)> BothAsync<T>(Func<StoreUnderTest, Task<T>> call) => (await call(store), await call(model));

    private JobId JobOf(Step step) => ids[step.Target % ids.Count];

    /// <summary>An answer without its words.</summary>
    private static string Told<T>(Result<T> answer)
        where T : notnull => answer.Refusal is { } refusal ? refusal.GetType().Name : answer.Value!.ToString()!;

    private string Told(IReadOnlyList<SequenceSight> sequences) => string.Join("; ", sequences.Select(sequence =>
        $"{sequence.Key}{(sequence.IsHeld ? " held by" : "")} {ids.IndexOf(sequence.Head)}: {string.Join(", ", sequence.Behind.Select(id => ids.IndexOf(id)))}"));

    private string Told(Exchange exchange) => string.Join(", ",
        exchange.Claims.Select(claim => $"{ids.IndexOf(claim.Id)} attempt {claim.Attempt} crashes {claim.Crashes} forgiven {claim.AttemptsForgiven}")
            .Concat(exchange.Endings.Select(ending => $"{ids.IndexOf(ending.Id)} too late: {((JobTransition.Expired)ending).Reason}"))
            .Order(StringComparer.Ordinal));

    private static void Agree(string where, object? expected, object? actual)
    {
        if (!Equals(expected, actual))
            throw new InvalidOperationException($"At {where}\nthe model has {expected ?? "nothing"}\nthe store has {actual ?? "nothing"}");
    }
}
