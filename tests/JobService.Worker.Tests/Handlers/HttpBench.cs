using System.Text;
using JobService.Core;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Diagnostics;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Worker.Execution;
using JobService.Worker.Handlers.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using HttpRequestOptions = JobService.Worker.Handlers.Http.HttpRequestOptions;

namespace JobService.Worker.Tests.Handlers;

/// <summary><c>http.request</c> as the worker runs it, with everything real but the clock; it may call this machine unless a test forbids it.</summary>
internal sealed class HttpBench : IAsyncDisposable
{
    private readonly ServiceProvider services;

    public HttpBench(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{HttpRequestOptions.Section}:AllowPrivateNetworks", "true")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Clock)
            .AddJobServiceCore(configuration)
            .AddHttpRequestHandler(configuration)
            .BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static JobId JobId { get; } = JobId.FirstAt(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The trace of whoever enqueued the job.</summary>
    public string? TraceParent { get; init; } = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    public async Task<AttemptResult> RunAsync(string payload, CancellationToken? cancellationToken = null)
    {
        var claim = new Claim
        {
            Id = JobId,
            Token = new LeaseToken(1),
            Type = JobType.Parse("http.request"),
            Queue = QueueName.Default,
            Priority = JobPriority.Default,
            Attempt = 2,
            Crashes = 0,
            AttemptsForgiven = 0,
            Payload = Encoding.UTF8.GetBytes(payload),
            Policies = new JobPolicies(),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal),
            Metadata = null,
            CreatedAt = Clock.GetUtcNow(),
            RunAt = Clock.GetUtcNow(),
            ClaimedAt = Clock.GetUtcNow(),
            ExpiresAt = null,
            Deadline = null,
            Schedule = null,
            TraceParent = TraceParent,
            TraceState = "a=1",
        };
        using var deadline = new JobDeadline(claim, Clock, _ => { }, attempt: null);
        using var activity = JobActivity.Start(claim.Type.Name, claim.TraceParent, claim.TraceState);
        return await services.GetRequiredService<HandlerInvoker>().InvokeAsync(
            claim, JobContexts.Of(claim, deadline), cancellationToken ?? TestContext.Current.CancellationToken);
    }

    /// <summary>The result of a call that must succeed.</summary>
    public async Task<string> ResultAsync(string payload)
    {
        var result = await RunAsync(payload);
        var answered = Assert.IsType<AttemptResult.Answered>(result);
        Assert.True(answered.Outcome is JobOutcome.Success, answered.Outcome.ToString());
        return Encoding.UTF8.GetString(answered.Result!.Value.Span);
    }

    /// <summary>How a call that must fail does, whether it was answered or thrown.</summary>
    public async Task<JobOutcome.Failure> FailureAsync(string payload) => await RunAsync(payload) switch
    {
        AttemptResult.Answered { Outcome: JobOutcome.Failure failure } => failure,
        AttemptResult.Threw threw => new JobOutcome.Failure(threw.Error.Type, threw.Error.Message, threw.IsRetryable, threw.RetryAfter),
        var other => throw new Xunit.Sdk.XunitException($"It did not fail: {other}"),
    };

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
