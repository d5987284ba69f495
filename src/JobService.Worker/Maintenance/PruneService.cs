using JobService.Core.Retention;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Maintenance;

/// <summary>Prunes what is old.</summary>
internal sealed partial class PruneService(IRetentionStore retention, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<PruneService> log)
    : RoundService(clock, log)
{
    private readonly ILogger<PruneService> log = log;

    protected override TimeSpan Interval => TimeSpan.FromMinutes(30);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        var pruned = await retention.PruneAsync(options.Value.Keep, cancellationToken);
        if (pruned != default)
            LogPruned(pruned.Days, pruned.Jobs, pruned.Results, pruned.Runs);
        return false;
    }
}
