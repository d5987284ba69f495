using System.Collections;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Worker.Leasing;

namespace JobService.Worker.Tests.Claiming;

/// <summary>A real store; but the lease is lost in the moment in which the loop takes the first claim out of an answer.</summary>
internal sealed class LosingClaimStore(IClaimStore store, CurrentLease current) : IClaimStore
{
    private bool isLost;

    public async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        var exchange = await store.ExchangeAsync(transitions, request, cancellationToken);
        if (isLost || exchange.Claims.Count == 0)
            return exchange;
        isLost = true;
        return exchange with { Claims = new LosingList(exchange.Claims, () => current.Lease?.Lose()) };
    }

    public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken) =>
        store.DisownAsync(worker, known, cancellationToken);

    private sealed class LosingList(IReadOnlyList<Claim> claims, Action lose) : IReadOnlyList<Claim>
    {
        public int Count => claims.Count;

        public Claim this[int index]
        {
            get
            {
                lose();
                return claims[index];
            }
        }

        public IEnumerator<Claim> GetEnumerator()
        {
            foreach (var claim in claims)
            {
                lose();
                yield return claim;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
