using JobService.Core.Jobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Retention;

/// <summary>Makes the partitions of the days to come, in every process: whoever enqueues needs them, whether or not a worker lives.</summary>
internal sealed partial class PartitionKeeper(
    IRetentionStore retention, JobIdSequence ids, TimeProvider clock, ILogger<PartitionKeeper> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var wait = LookEvery;
            try
            {
                // An id tells the day of its job: it is made by the clock that made the days.
                ids.Follow(await retention.CreatePartitionsAsync(stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogNotMade(e.Message);
                wait = RetryAfter;
            }

            await Task.Delay(wait, clock, stoppingToken);
        }
    }
}
