namespace JobService.Core.Workers;

/// <summary>Reads workers.</summary>
public interface IWorkerQueries
{
    /// <summary>The live workers and those that ended within the last hour, newest first.</summary>
    Task<IReadOnlyList<Worker>> ListAsync(CancellationToken cancellationToken);
}
