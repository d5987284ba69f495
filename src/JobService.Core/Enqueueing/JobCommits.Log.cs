using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Enqueueing;

internal sealed partial class JobCommits
{
    [LoggerMessage(EventIds.EnqueueBatchFailed, LogLevel.Warning, "A batch of {Jobs} jobs could not be enqueued ({SqlState}): {Error}")]
    private partial void LogBatchFailed(int jobs, string sqlState, string error);
}
