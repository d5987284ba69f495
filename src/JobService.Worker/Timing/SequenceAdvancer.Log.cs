using JobService.Core.Diagnostics;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

internal sealed partial class SequenceAdvancer
{
    [LoggerMessage(EventIds.SequencesHeld, LogLevel.Warning, "Sequences held up by a job that has failed for good, until someone retries or deletes it, or resumes them: {Sequences}")]
    private partial void LogHeld(int sequences);

    [LoggerMessage(EventIds.SequencesRecovered, LogLevel.Information, "Saw to {Heads} jobs of sequences that had ended without notice")]
    private partial void LogRecovered(int heads);
}
