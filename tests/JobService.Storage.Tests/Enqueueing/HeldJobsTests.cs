using System.Collections.Concurrent;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Signals;
using JobService.Core.Storage.Signals;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Enqueueing;

/// <summary>Jobs whose key somebody keeps for longer than a moment: only so many wait, they go in batches, and those whom nothing is kept from are looked for for so long.</summary>
public sealed class HeldJobsTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_of_them_wait_than_may_and_others_may_once_those_are_answered()
    {
        var keys = new KeptKeys(storage.KeyedJobs);
        using var enqueuer = await StartAsync(keys, new EnqueueOptions { MaxWaiting = 2, Flushers = 1 });
        var first = enqueuer.EnqueueAsync(Kept());
        await keys.IsWaitedFor.WaitAsync(Stop);
        var second = await SendAsync(enqueuer, Kept());
        var third = await SendAsync(enqueuer, Kept());

        Assert.Equal((false, false, true), (first.IsCompleted, second.IsCompleted, third.IsCompleted));
        Assert.IsType<Refusal.Overloaded>((await third).Refusal);
        keys.LetGo();
        Assert.All(await Task.WhenAll(first, second), answer => Assert.Null(answer.Refusal));

        // Their room is free again: not before they are answered, but at once after that.
        keys.Keep();
        Task<Result<EnqueuedJob>> next;
        var tries = 0;
        do
            next = await SendAsync(enqueuer, Kept());
        while (next.IsCompleted && ++tries < 100);
        Assert.False(next.IsCompleted);
        keys.LetGo();
        Assert.Null((await next).Refusal);
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task They_are_enqueued_in_their_order_and_no_more_at_once_than_one_commit_takes()
    {
        var keys = new KeptKeys(storage.KeyedJobs);
        using var enqueuer = await StartAsync(keys, new EnqueueOptions { MaxBatch = 2, Flushers = 1 });
        var first = enqueuer.EnqueueAsync(Kept());
        await keys.IsWaitedFor.WaitAsync(Stop);
        NewJob[] jobs = [.. Enumerable.Range(0, 5).Select(_ => Kept())];
        var answers = new List<Task<Result<EnqueuedJob>>>();
        foreach (var job in jobs)
            answers.Add(await SendAsync(enqueuer, job));
        Assert.All(answers, answer => Assert.False(answer.IsCompleted));

        keys.LetGo();
        Assert.All(await Task.WhenAll([first, .. answers]), answer => Assert.Null(answer.Refusal));

        NewJob[][] batches = [.. keys.Stored.Where(batch => jobs.Contains(batch[0]))];
        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 2));
        Assert.Equal(jobs.Select(job => job.Id), batches.SelectMany(batch => batch).Select(job => job.Id));
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task A_stop_waits_for_them()
    {
        var keys = new KeptKeys(storage.KeyedJobs);
        using var enqueuer = await StartAsync(keys, new EnqueueOptions());
        var kept = enqueuer.EnqueueAsync(Kept());
        await keys.IsWaitedFor.WaitAsync(Stop);

        var stopped = enqueuer.StopAsync(Stop);
        Assert.False(stopped.IsCompleted);
        keys.LetGo();
        await stopped;

        Assert.True(kept.IsCompleted);
        Assert.Null((await kept).Refusal);
    }

    [Fact]
    public async Task It_is_looked_for_a_second_for_those_whom_nothing_is_kept_from()
    {
        // Each look takes its whole moment, since all of them are kept from all.
        var keys = new KeptKeys(storage.KeyedJobs) { BeforeLook = () => clock.Advance(TimeSpan.FromMilliseconds(300)) };
        using var enqueuer = await StartAsync(keys, new EnqueueOptions());
        var asked = enqueuer.EnqueueEachAsync([.. Enumerable.Range(0, 64).Select(i => storage.NewUniqueJob($"kept {i}"))], Stop);
        await Task.WhenAny(keys.IsWaitedFor, asked);

        // All of them, 32, 16 and 8; and then the other halves of these, once each.
        Assert.Equal([64, 32, 16, 8, 8, 16, 32], keys.Looks);
        keys.LetGo();
        Assert.All(await asked, answer => Assert.Null(answer.Refusal));
        await enqueuer.StopAsync(Stop);
    }

    private NewJob Kept() => storage.NewUniqueJob("kept");

    /// <summary>One more, which has got as far as it can when this returns: jobs are looked at in their order, and another behind it is answered by then.</summary>
    private async Task<Task<Result<EnqueuedJob>>> SendAsync(JobEnqueuer enqueuer, NewJob job)
    {
        var sent = enqueuer.EnqueueAsync(job);
        Assert.Null((await enqueuer.EnqueueAsync(storage.NewUniqueJob($"other {job.Id}"))).Refusal);
        return sent;
    }

    private async Task<JobEnqueuer> StartAsync(IKeyedJobStore keyed, EnqueueOptions options)
    {
        await storage.EnqueueAsync(storage.NewJob());
        var enqueuer = new JobEnqueuer(
            storage.Jobs,
            keyed,
            storage.Router,
            new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance),
            Options.Create(options),
            clock,
            NullLogger<JobEnqueuer>.Instance);
        await enqueuer.StartAsync(Stop);
        return enqueuer;
    }

    /// <summary>All keys that begin with "kept" are another's until he lets them go; those who may wait for them do.</summary>
    private sealed class KeptKeys(IKeyedJobStore store) : IKeyedJobStore
    {
        private readonly TaskCompletionSource waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action BeforeLook { get; init; } = () => { };

        /// <summary>Completes when somebody waits for longer than a moment.</summary>
        public Task IsWaitedFor => waitedFor.Task;

        /// <summary>How many there were in each call that was to wait for a moment only.</summary>
        public ConcurrentQueue<int> Looks { get; } = [];

        /// <summary>What each call took to the store itself.</summary>
        public ConcurrentQueue<NewJob[]> Stored { get; } = [];

        public void Keep() => letGo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void LetGo() => letGo.SetResult();

        public Task<IReadOnlyList<Result<EnqueuedJob>?>> TryEnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
        {
            Looks.Enqueue(jobs.Count);
            BeforeLook();
            if (letGo.Task.IsCompleted || !jobs.Any(IsKept))
                return StoreAsync(jobs, store.TryEnqueueEachAsync, cancellationToken);
            return Task.FromResult<IReadOnlyList<Result<EnqueuedJob>?>>([.. jobs.Select(_ => (Result<EnqueuedJob>?)new Refusal.InUse("Kept.", TimeSpan.FromSeconds(1)))]);
        }

        public async Task<IReadOnlyList<Result<EnqueuedJob>?>> EnqueueEachAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken)
        {
            if (jobs.Any(IsKept))
            {
                waitedFor.TrySetResult();
                await letGo.Task.WaitAsync(cancellationToken);
            }

            return await StoreAsync(jobs, store.EnqueueEachAsync, cancellationToken);
        }

        public Task<Result<IReadOnlyList<EnqueuedJob>>> EnqueueAllAsync(IReadOnlyList<NewJob> jobs, CancellationToken cancellationToken) => store.EnqueueAllAsync(jobs, cancellationToken);

        public Task<Result<OnceEnqueued>> EnqueueOnceAsync(
            IReadOnlyList<NewJob> jobs,
            RequestKey request,
            Func<IReadOnlyList<EnqueuedJob>, Func<JobId, Task<Job?>>, Task<Result<KeptAnswer>>> describe,
            CancellationToken cancellationToken) => store.EnqueueOnceAsync(jobs, request, describe, cancellationToken);

        public Task<Result<KeptAnswer>?> FindAnswerAsync(RequestKey request, CancellationToken cancellationToken) => store.FindAnswerAsync(request, cancellationToken);

        public Task<Result<JobId>?> FindHolderAsync(NewJob job, CancellationToken cancellationToken) => store.FindHolderAsync(job, cancellationToken);

        private static bool IsKept(NewJob job) => job.Policies.Unique?.Key?.StartsWith("kept", StringComparison.Ordinal) == true;

        private Task<IReadOnlyList<Result<EnqueuedJob>?>> StoreAsync(
            IReadOnlyList<NewJob> jobs,
            Func<IReadOnlyList<NewJob>, CancellationToken, Task<IReadOnlyList<Result<EnqueuedJob>?>>> commit,
            CancellationToken cancellationToken)
        {
            Stored.Enqueue([.. jobs]);
            return commit(jobs, cancellationToken);
        }
    }
}
