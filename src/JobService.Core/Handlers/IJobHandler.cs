namespace JobService.Core.Handlers;

/// <summary>
/// The code for one job type, made by dependency injection for each attempt. It may run twice for one job (a crash, a lost
/// lease), so what it does should be idempotent; what it throws fails the attempt and the retry policy decides.
/// </summary>
/// <typeparam name="TPayload">What the payload is read into, by System.Text.Json's web defaults; a null is refused where the type allows none.</typeparam>
public interface IJobHandler<in TPayload>
{
    /// <param name="payload">The job's input.</param>
    /// <param name="context">The job and this attempt of it.</param>
    /// <param name="cancellationToken">Fires at the soft limit, when the job is cancelled, when the lease is lost and when the worker stops.</param>
    Task<JobOutcome> HandleAsync(TPayload payload, JobContext context, CancellationToken cancellationToken);
}
