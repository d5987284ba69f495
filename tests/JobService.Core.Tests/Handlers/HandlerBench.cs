using System.Text;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace JobService.Core.Tests.Handlers;

/// <summary>Registers handlers as a program does, and runs one as an executor does.</summary>
internal static class HandlerBench
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ServiceProvider Build(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection().AddLogging().AddJobServiceCore(new ConfigurationBuilder().Build());
        register(services);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public static Task<AttemptResult> RunAsync(ServiceProvider services, string type, string payload)
    {
        var claim = new Claim
        {
            Id = JobId.FirstAt(Now),
            Token = new LeaseToken(1),
            Type = JobType.Parse(type),
            Queue = QueueName.Default,
            Priority = JobPriority.Default,
            Attempt = 1,
            Crashes = 0,
            AttemptsForgiven = 0,
            Payload = Encoding.UTF8.GetBytes(payload),
            Policies = new JobPolicies(),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal),
            Metadata = null,
            CreatedAt = Now,
            RunAt = Now,
            ClaimedAt = Now,
            ExpiresAt = null,
            Deadline = null,
            Schedule = null,
            TraceParent = null,
            TraceState = null,
        };
        var context = new JobContext
        {
            Id = claim.Id,
            Type = claim.Type,
            Queue = claim.Queue,
            Attempt = claim.Attempt,
            MaxAttempts = claim.MaxAttempts,
            CreatedAt = claim.CreatedAt,
            RunAt = claim.RunAt,
            SoftDeadline = Now,
            HardDeadline = Now,
            Tags = claim.Tags,
            Metadata = default,
            Schedule = null,
            TraceParent = null,
            TraceState = null,
        };
        return services.GetRequiredService<HandlerInvoker>().InvokeAsync(claim, context, TestContext.Current.CancellationToken).AsTask();
    }
}
