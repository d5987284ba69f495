using JobService.Core.Errors;

namespace JobService.Core.Limits;

/// <summary>Where limits are set. From the moment a call returns they hold for every claim of every worker, and count what runs already.</summary>
public interface ILimitStore
{
    /// <summary>Sets what holds for a key, or for all that begin alike; true where nothing was set before.</summary>
    Task<Result<bool>> SaveAsync(LimitPattern pattern, LimitSettings settings, CancellationToken cancellationToken);

    /// <summary>Takes a limit away; a longer pattern's, or none, holds in its place.</summary>
    Task<Result<LimitPattern>> DeleteAsync(LimitPattern pattern, CancellationToken cancellationToken);
}
