using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Schedules;

namespace JobService.Core.Enqueueing;

/// <summary>Makes jobs of schedules, once for a request.</summary>
public interface IScheduleTrigger
{
    /// <summary>Makes a job of a schedule now, whatever its state; its answer is kept in the same transaction.</summary>
    /// <param name="name">Which one.</param>
    /// <param name="actor">Who asks for it; null for a developer on this machine.</param>
    /// <param name="request">Which request it is.</param>
    /// <param name="describe">Makes the answer.</param>
    /// <param name="cancellationToken">Ends the wait; whether the job was made is then unknown.</param>
    Task<Result<KeptAnswer>> TriggerOnceAsync(
        ScheduleName name, string? actor, RequestKey request, Func<Job, KeptAnswer> describe, CancellationToken cancellationToken);
}
