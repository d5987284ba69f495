using JobService.Core.Jobs;

namespace JobService.Core.Claiming;

/// <summary>Where running begins and ends. One call does both, because each commit is dear and one is enough.</summary>
public interface IClaimStore
{
    /// <summary>
    /// Applies the transitions whose lease token still holds, then claims; both in one transaction. If the process dies before
    /// this returns, either nothing happened or the leases of the claims run out and the jobs run again.
    /// </summary>
    Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken);
}
