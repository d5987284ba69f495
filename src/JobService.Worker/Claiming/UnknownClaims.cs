using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Leasing;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

/// <summary>
/// What this process holds in the database and does not run: claims whose answer was lost, and what a lease that was lost left behind.
/// It gives them back; nobody died, so they count neither as an attempt nor as a crash.
/// </summary>
internal sealed partial class UnknownClaims(
    IClaimStore store, ExchangeSender sender, RunningJobs running, CompletionBuffer completions, TimeProvider clock, ILogger<UnknownClaims> log)
{
    /// <summary>
    /// An exchange whose answer was lost may still be at work in the database, and commit after we asked what we hold: so it is
    /// asked again for a minute.
    /// </summary>
    private const int Rounds = 12;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private WorkerId? settled;
    private int roundsLeft;
    private long lastRound;

    /// <summary>Whether an exchange was committed is unknown.</summary>
    public void AnswerLost() => roundsLeft = Rounds;

    /// <summary>Whether it is time to look for some. No exchange may be under way then: what it claims would be given back.</summary>
    public bool IsDue(WorkerLease lease) =>
        IsUnsettled(lease) || roundsLeft == Rounds || (roundsLeft > 0 && clock.GetElapsedTime(lastRound) >= Every);

    /// <summary>Gives back whatever there is.</summary>
    /// <returns>Whether there was anything.</returns>
    public async Task<bool> GiveBackAsync(WorkerLease lease)
    {
        var given = IsUnsettled(lease) ? await SettleAsync(lease.Previous!.Value) : 0;
        return given + (roundsLeft > 0 ? await DisownAsync(lease) : 0) > 0;
    }

    /// <summary>Before the worker leaves: what it holds unknowingly would be reclaimed as lost, which counts as a crash.</summary>
    public async Task LeaveAsync(WorkerLease lease)
    {
        try
        {
            if (roundsLeft > 0)
                await DisownAsync(lease);
        }
        catch (Exception e)
        {
            LogNotGivenBack(e.Message);
        }
    }

    private bool IsUnsettled(WorkerLease lease) => lease.Previous is { } previous && previous != settled;

    /// <summary>
    /// Settles what this process held under a lease it lost: what ended is sent, since its tokens hold until someone took the jobs back;
    /// what was cut off is given back.
    /// </summary>
    private async Task<int> SettleAsync(WorkerId previous)
    {
        while (completions.Take() is { Count: > 0 } transitions)
            await FlushAsync(transitions);

        var given = await store.DisownAsync(previous, [], CancellationToken.None);
        settled = previous;
        if (given > 0)
            LogGivenBack(given, previous);
        return given;
    }

    private async Task FlushAsync(IReadOnlyList<JobTransition> transitions)
    {
        try
        {
            await sender.SendAsync(transitions, request: null);
            completions.Confirm(transitions);
        }
        catch
        {
            completions.PutBack(transitions);
            throw;
        }
    }

    private async Task<int> DisownAsync(WorkerLease lease)
    {
        var known = running.Tokens.Concat(completions.Tokens).ToHashSet();
        var given = await store.DisownAsync(lease.Worker, known, CancellationToken.None);
        roundsLeft--;
        lastRound = clock.GetTimestamp();
        if (given > 0)
            LogDisowned(given);
        return given;
    }
}
