using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.Enqueueing;

/// <summary>A job that waits for its commit.</summary>
internal sealed record PendingJob(NewJob Job)
{
    public TaskCompletionSource<Result<EnqueuedJob>> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
