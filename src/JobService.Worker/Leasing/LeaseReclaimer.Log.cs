using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Leasing;

internal sealed partial class LeaseReclaimer
{
    [LoggerMessage(EventIds.JobsReclaimed, LogLevel.Warning, "{Workers} workers were lost; {Requeued} of their jobs run again, {Ended} have ended")]
    private partial void LogReclaimed(int workers, int requeued, int ended);
}
