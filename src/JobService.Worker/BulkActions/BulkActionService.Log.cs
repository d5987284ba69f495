using JobService.Core.BulkActions;
using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.BulkActions;

internal sealed partial class BulkActionService
{
    [LoggerMessage(EventIds.BulkActionEnded, LogLevel.Information, "Bulk action {BulkActionId} ({Kind}) has {State}: {Matched} jobs matched, {Acted} acted on, {Refused} refused")]
    private partial void LogEnded(Guid bulkActionId, BulkActionKind kind, BulkActionState state, long matched, long acted, long refused);

    [LoggerMessage(EventIds.BulkStepFailed, LogLevel.Warning, "A step of bulk action {BulkActionId} has failed, {Failures} times by now; {State}: {Error}")]
    private partial void LogStepFailed(Guid bulkActionId, int failures, BulkActionState state, string? error);
}
