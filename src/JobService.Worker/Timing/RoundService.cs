using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

/// <summary>A loop of rounds: do one, wait, do the next. While the database is away it backs off, and says so once.</summary>
internal abstract partial class RoundService(TimeProvider clock, ILogger log) : BackgroundService
{
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);

    /// <summary>The wait between two rounds; spread by ±10 %, so that processes don't act in step.</summary>
    protected abstract TimeSpan Interval { get; }

    /// <summary>Does one round; true when there is more to do at once.</summary>
    public abstract Task<bool> RoundAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the next round. Overridden where a signal may bring it forward.</summary>
    protected virtual Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => Task.Delay(interval, clock, cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (true)
        {
            var wait = Interval * (0.9 + 0.2 * Random.Shared.NextDouble());
            try
            {
                var isMoreToDo = await RoundAsync(stoppingToken);
                if (failures > 0)
                    LogRecovered(GetType().Name, failures);
                failures = 0;
                if (isMoreToDo)
                    continue;
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                wait = LongestBackOff < wait ? wait : Min(TimeSpan.FromMilliseconds(100 << Math.Min(failures, 8)), LongestBackOff);
                if (failures++ == 0)
                    LogFailed(GetType().Name, e.Message);
            }

            await WaitAsync(wait, stoppingToken);
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
