using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Tests.Claiming;

/// <summary>A claim store that fails when a test says so: no real one can be made to lose an answer at will.</summary>
internal sealed class ScriptedClaimStore(Func<IReadOnlyList<JobTransition>, Exchange> exchange) : IClaimStore
{
    private int disowns;

    public int Disowns => Volatile.Read(ref disowns);

    public Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken) =>
        Task.Run(() => exchange(transitions), cancellationToken);

    public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> known, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref disowns);
        return Task.FromResult(0);
    }
}
