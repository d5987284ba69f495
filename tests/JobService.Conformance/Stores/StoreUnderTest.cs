using System.Text;
using JobService.Core.Claiming;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Sequences;

namespace JobService.Conformance.Stores;

/// <summary>An implementation of the ports, with a clock that moves as it is told. What is said here holds for each of them.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    private static readonly WorkerRegistration Worker = new()
    {
        Name = "conformance",
        Host = "here",
        Version = "1",
        ProcessId = 1,
        Slots = 100,
        Queues = ["*"],
        Types = ["conform.it"],
    };

    private readonly JobIdSequence ids = new(TimeProvider.System);

    public static JobType Type { get; } = JobType.Parse("conform.it");

    public abstract IJobStore Jobs { get; }

    public abstract IKeyedJobStore Keyed { get; }

    public abstract IClaimStore Claims { get; }

    /// <summary>Another process at the same jobs, which knows nothing of what the first one saw.</summary>
    public abstract IClaimStore ClaimsElsewhere { get; }

    public abstract IDueJobsStore Due { get; }

    public abstract ILeaseStore Leases { get; }

    public abstract ISequenceStore Sequences { get; }

    public abstract IEndedHeadsStore Heads { get; }

    public abstract ILimitStore Limits { get; }

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The database's clock.</summary>
    public abstract Task<DateTimeOffset> NowAsync();

    public abstract Task AdvanceAsync(TimeSpan by);

    /// <summary>The job as anyone may see it; null when there is none.</summary>
    public abstract Task<JobSight?> SeeAsync(JobId id);

    /// <summary>Those of the jobs that there are.</summary>
    public abstract Task<IReadOnlyDictionary<JobId, JobSight>> SeeAsync(IReadOnlyCollection<JobId> ids);

    /// <summary>Looks at every key there is, and forgets those that say nothing any more.</summary>
    public abstract Task PruneKeysAsync();

    /// <summary>Keeps jobs of a queue from starting; it may be paused already.</summary>
    public abstract Task PauseAsync(QueueName queue);

    public abstract Task ResumeAsync(QueueName queue);

    /// <summary>Where the limited keys of a job stand: by which limit, how many run under it where that is counted, and which where they are few, and whether it lets one through.</summary>
    public abstract Task<string> StandingsAsync(JobId id);

    /// <summary>Every sequence that has jobs, by key.</summary>
    public abstract Task<IReadOnlyList<SequenceSight>> SequencesAsync();

    /// <summary>How many jobs each queue has in each state that is not final.</summary>
    public abstract Task<string> DepthsAsync();

    /// <summary>What has ever happened in each queue.</summary>
    public abstract Task<string> CountsAsync();

    /// <summary>Adds up to so many notes of what happened to the statistics.</summary>
    public abstract Task FoldAsync(int maxNotes);

    public abstract ValueTask DisposeAsync();

    /// <summary>A job with this policy, and the key it makes.</summary>
    public NewJob NewJob(UniquePolicy unique, string payload = "1", JobType? type = null)
    {
        var job = NewJob() with { Type = type ?? Type, Payload = Encoding.UTF8.GetBytes(payload), Policies = new JobPolicies { Unique = unique } };
        return job with { UniqueKey = unique.KeyOf(job.Type.Name, job.Payload, "").Value };
    }

    /// <summary>A job of a sequence.</summary>
    public NewJob NewJob(SequencePolicy sequence) => NewJob() with { Policies = new JobPolicies { Sequence = sequence } };

    /// <summary>Enqueues a job that has a key or a sequence.</summary>
    public async Task<Core.Errors.Result<EnqueuedJob>> EnqueueUniqueAsync(NewJob job) => (await Keyed.EnqueueEachAsync([job], Cancellation)).Single()!.Value;

    public NewJob NewJob(int priority = 5) =>
        new() { Id = ids.Next(), Type = Type, Payload = "1"u8.ToArray(), Priority = new JobPriority(priority) };

    public async Task<JobId> EnqueueAsync(NewJob? job = null) =>
        job is { NeedsLocks: true } ? (await EnqueueUniqueAsync(job)).Value!.Id : Assert.Single(await Jobs.EnqueueAsync([job ?? NewJob()], Cancellation)).Id;

    public Task<WorkerId> RegisterAsync(TimeSpan? lease = null) => Leases.RegisterAsync(Worker, lease ?? TimeSpan.FromDays(100), Cancellation);

    /// <summary>Claims, and ends what was claimed too late as a worker does.</summary>
    public async Task<IReadOnlyList<Claim>> ClaimAsync(WorkerId worker, int maxJobs = 100, string queue = "*", bool allowSuspect = true)
    {
        var request = new ClaimRequest { Worker = worker, MaxJobs = maxJobs, Types = [Type], Queues = [queue], AllowSuspect = allowSuspect };
        var exchange = await Claims.ExchangeAsync([], request, Cancellation);
        if (exchange.Endings.Count > 0)
            await Claims.ExchangeAsync(exchange.Endings, request: null, Cancellation);
        return exchange.Claims;
    }

    /// <summary>Applies one transition; false when it was stale.</summary>
    public async Task<bool> ApplyAsync(JobTransition transition) =>
        (await Claims.ExchangeAsync([transition], request: null, Cancellation)).Stale.Count == 0;

    /// <summary>A job that is being run by a worker of its own.</summary>
    public async Task<Claim> RunAsync(NewJob? job = null)
    {
        var id = await EnqueueAsync(job);
        return Assert.Single(await ClaimAsync(await RegisterAsync()), claim => claim.Id == id);
    }

    /// <summary>What is told of queues; nothing of one that has nothing.</summary>
    protected static string Told<T>(IEnumerable<(QueueName Queue, T Told)> queues)
        where T : struct => string.Join('\n', queues.Where(queue => !queue.Told.Equals(default(T))).OrderBy(queue => queue.Queue.Name, StringComparer.Ordinal).Select(queue => $"{queue.Queue}: {queue.Told}"));

    /// <summary>What is told of a key; of those that run under it, where they are counted, not all may be named.</summary>
    protected static string Told(LimitKey key, LimitPattern pattern, (int Count, IReadOnlyList<JobId> Named)? running, bool isOpen)
    {
        var told = $"{key} by {pattern} is {(isOpen ? "open" : "closed")}";
        if (running is not var (count, named))
            return told;
        return $"{told}, and under it run {count}{(named.Count < count ? "" : ": " + string.Join(", ", named.Select(id => id.ToString()).Order(StringComparer.Ordinal)))}";
    }

    protected static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
