using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Core.Claiming;

/// <summary>Where running begins and ends. One call does both, because each commit is dear and one is enough.</summary>
public interface IClaimStore
{
    /// <summary>
    /// Applies the transitions whose lease token still holds, then claims; both in one transaction. If the process dies before
    /// this returns, either nothing happened or the leases of the claims run out and the jobs run again.
    /// </summary>
    Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken);

    /// <summary>
    /// Gives back what the worker holds beside <paramref name="known"/>: claims whose answer was lost with a connection. To be
    /// called after a failed exchange and before the next claim.
    /// </summary>
    Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken);
}
