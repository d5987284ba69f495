namespace JobService.Core.Handlers;

/// <summary>A handler whose success has a result, which is stored with the job as JSON.</summary>
/// <typeparam name="TPayload">What the payload is read into, by System.Text.Json's web defaults; a null is refused where the type allows none.</typeparam>
/// <typeparam name="TResult">Written by System.Text.Json's web defaults.</typeparam>
public interface IJobHandler<in TPayload, TResult>
{
    /// <inheritdoc cref="IJobHandler{TPayload}.HandleAsync"/>
    Task<JobOutcome<TResult>> HandleAsync(TPayload payload, JobContext context, CancellationToken cancellationToken);
}
