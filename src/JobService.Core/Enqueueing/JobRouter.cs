using System.Data.Common;
using JobService.Core.Errors;
using JobService.Core.JobTypes;
using JobService.Core.Routing;
using JobService.Core.Signals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Enqueueing;

/// <summary>
/// The routes and job types as this process has them: a snapshot that is read without waiting, and made anew within a second of each change, whoever made it. While the
/// database can't be reached, the last one goes on.
/// </summary>
public sealed partial class JobRouter(IRoutingQueries routes, IJobTypeQueries types, SignalHub signals, ILogger<JobRouter> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim reading = new(1);
    private volatile RoutingSnapshot? current;
    private volatile Exception? failure;

    /// <summary>What is settled at this moment; refused in a process that could not read it even once, since nobody knows where a job belongs.</summary>
    public Result<RoutingSnapshot> Current
    {
        get
        {
            if (current is { } snapshot)
                return snapshot;
            return failure is DbException fault && StorageFaults.IsNotMigrated(fault)
                ? new Refusal.Unavailable("The database is not migrated to this version of the service; nothing was stored.", RetryAfter)
                : new Refusal.Unavailable("The database can't be reached; nothing was stored.", RetryAfter);
        }
    }

    /// <summary>Looks whether anything has changed, and has it from then on.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            // What is read after the version is as new as it, or newer; then the next look reads it once more.
            var version = await routes.VersionAsync(cancellationToken);
            if (current?.Version != version)
                current = new RoutingSnapshot(version, await routes.RoutesAsync(cancellationToken), await types.SettingsAsync(cancellationToken), await routes.BoundedQueuesAsync(cancellationToken));
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>Something was changed here: this process has it before it answers, and the others are told.</summary>
    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        signals.RoutingChanged();
        await TryRefreshAsync(cancellationToken);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryRefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        reading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await signals.Routing.WaitAsync(LookEvery, stoppingToken);
            await TryRefreshAsync(stoppingToken);
        }
    }

    private async Task TryRefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(cancellationToken);
            if (failure is not null)
                LogReadAgain();
            failure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The database is away, or a later version of the service wrote what this one can't read. Told once; the look goes on.
            if (failure is null)
                LogNotRead(e.Message);
            failure = e;
        }
    }
}
