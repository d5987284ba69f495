using JobService.Core;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Timeouts;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Worker.Tests.Execution;

/// <summary>An executor with everything real but the clock, and a handler that does what a test says.</summary>
internal sealed class ExecutorBench : IDisposable
{
    public static readonly JobType Type = JobType.Parse("test.job");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim reported = new(0);
    private readonly ServiceProvider services;
    private long nextToken;

    public ExecutorBench(Func<RawPayload, JobContext, CancellationToken, Task<JobOutcome<RawResult>>> handle, int slots = 4, int maxStuck = 1)
        : this(services => services.AddJobHandler<ScriptedHandler>(Type.Name).AddSingleton(new ScriptedHandler(handle)), slots, maxStuck)
    {
    }

    public ExecutorBench(Action<IServiceCollection> register, int slots = 4, int maxStuck = 1)
    {
        var collection = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddJobServiceCore(new ConfigurationBuilder().Build());
        register(collection);
        services = collection.BuildServiceProvider();
        Slots = new ExecutionSlots(slots, maxStuck);
        Completions = new CompletionBuffer(() => reported.Release());
        Executor = new JobExecutor(Invoker, Running, Slots, Queues, Completions, Clock, Log);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public RunningJobs Running { get; } = new();

    public ExecutionSlots Slots { get; }

    public ServedQueues Queues { get; } = new(Options.Create(new WorkerOptions()));

    public CompletionBuffer Completions { get; }

    public HandlerInvoker Invoker => services.GetRequiredService<HandlerInvoker>();

    public JobExecutor Executor { get; }

    public LogProbe<JobExecutor> Log { get; } = new();

    /// <summary>A claim with a soft limit of 10 s and a hard one of 15 s, which may fail twice.</summary>
    public Claim NewClaim(string payload = "null", int attempt = 1) => new()
    {
        Id = JobId.FirstAt(Clock.GetUtcNow()),
        Token = new LeaseToken(++nextToken),
        Type = Type,
        Queue = QueueName.Default,
        Priority = JobPriority.Default,
        Attempt = attempt,
        Crashes = 0,
        AttemptsForgiven = 0,
        Payload = System.Text.Encoding.UTF8.GetBytes(payload),
        Policies = new JobPolicies
        {
            Retry = new RetryPolicy { MaxAttempts = 2, Jitter = Jitter.None },
            Timeout = new TimeoutPolicy { Soft = TimeSpan.FromSeconds(10), Hard = TimeSpan.FromSeconds(15) },
        },
        Tags = new Dictionary<string, string>(StringComparer.Ordinal),
        Metadata = null,
        CreatedAt = Clock.GetUtcNow(),
        RunAt = Clock.GetUtcNow(),
        ClaimedAt = Clock.GetUtcNow(),
        ExpiresAt = null,
        Deadline = null,
        Schedule = null,
        TraceParent = null,
        TraceState = null,
    };

    /// <summary>The next transition that is reported.</summary>
    public async Task<JobTransition> NextAsync()
    {
        Assert.True(await reported.WaitAsync(Patience, TestContext.Current.CancellationToken));
        var taken = Completions.Take();
        Completions.Confirm(taken);
        return Assert.Single(taken);
    }

    public void Dispose()
    {
        services.Dispose();
        reported.Dispose();
    }
}
