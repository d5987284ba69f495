namespace JobService.Core.Workers;

/// <summary>Reads workers.</summary>
public interface IWorkerQueries
{
    /// <summary>The live workers, newest first, then the last that ended.</summary>
    Task<IReadOnlyList<RegisteredWorker>> ListAsync(CancellationToken cancellationToken);
}
