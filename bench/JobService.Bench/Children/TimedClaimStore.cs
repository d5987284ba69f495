using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Bench.Children;

/// <summary>The service's own claim store, telling the clock of each commit.</summary>
internal sealed class TimedClaimStore(IClaimStore inner, DrainClock drain) : IClaimStore
{
    public async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        var count = transitions.Count;
        var exchange = await inner.ExchangeAsync(transitions, request, cancellationToken);
        if (count > 0)
            drain.Durable(count - exchange.Stale.Count);
        return exchange;
    }

    public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken) =>
        inner.DisownAsync(worker, known, cancellationToken);
}
