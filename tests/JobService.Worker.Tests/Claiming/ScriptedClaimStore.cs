using System.Collections.Concurrent;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Worker.Tests.Claiming;

/// <summary>A claim store that fails when a test says so: no real one can be made to lose an answer at will.</summary>
internal sealed class ScriptedClaimStore(Func<IReadOnlyList<JobTransition>, Task<Exchange>> exchange) : IClaimStore
{
    public ScriptedClaimStore(Func<IReadOnlyList<JobTransition>, Exchange> exchange)
        : this(transitions => Task.FromResult(exchange(transitions)))
    {
    }

    private readonly ConcurrentQueue<string> calls = new();
    private readonly ConcurrentQueue<ClaimRequest> requests = new();
    private volatile IReadOnlyCollection<LeaseToken> known = [];
    private int disowns;
    private int claims;

    /// <summary>How often it was asked for what the worker holds unknowingly.</summary>
    public int Disowns => Volatile.Read(ref disowns);

    /// <summary>What the worker last said it knows to hold, when it asked for the rest.</summary>
    public IReadOnlyCollection<LeaseToken> Known => known;

    /// <summary>What it was asked for.</summary>
    public IReadOnlyList<ClaimRequest> Requests => [.. requests];

    /// <summary>How often it was asked for jobs.</summary>
    public int Claims => Volatile.Read(ref claims);

    /// <summary>What it was asked, in order: <c>end 7</c> (a token), <c>claim</c>, <c>disown 1</c> (a worker).</summary>
    public IReadOnlyList<string> Calls => [.. calls];

    public Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request, CancellationToken cancellationToken)
    {
        foreach (var transition in transitions)
            calls.Enqueue($"end {transition.Token}");
        if (request is not null)
        {
            calls.Enqueue("claim");
            requests.Enqueue(request);
            Interlocked.Increment(ref claims);
        }

        return Task.Run(() => exchange(transitions), cancellationToken);
    }

    public Task<int> DisownAsync(WorkerId worker, IReadOnlyCollection<LeaseToken> held, CancellationToken cancellationToken)
    {
        known = held;
        calls.Enqueue($"disown {worker}");
        Interlocked.Increment(ref disowns);
        return Task.FromResult(0);
    }
}
