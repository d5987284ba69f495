using System.Data.Common;
using JobService.Core.Retention;
using JobService.Worker.Timing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Maintenance;

/// <summary>Gives closed days their search indexes: one at a time, with a pause between two, so that it is never felt.</summary>
internal sealed partial class SearchIndexService(ISearchIndexStore indexes, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<SearchIndexService> log)
    : RoundService(clock, log)
{
    private const int LongestPause = 6;

    private readonly ILogger<SearchIndexService> log = log;
    private int failures;

    /// <summary>One that could not be built is work for nothing each time: it is tried again less and less often, up to once an hour.</summary>
    protected override TimeSpan Interval => TimeSpan.FromMinutes(1 << Math.Min(failures, LongestPause));

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await indexes.BuildNextAsync(options.Value.Keep, cancellationToken);
            failures = 0;
        }
        catch (DbException e)
        {
            LogNotBuilt(++failures, e.Message);
        }

        return false;
    }
}
