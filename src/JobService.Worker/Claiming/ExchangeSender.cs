using System.Data.Common;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Results;
using JobService.Core.Retries;
using JobService.Core.Signals;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

/// <summary>Sends exchanges and tells whoever waits for the end of a job, or lets the next one of its sequence go. A transition that can't be stored keeps no other from being applied.</summary>
internal sealed partial class ExchangeSender(IClaimStore store, FinalJobWatch finals, SignalHub signals, ILogger<ExchangeSender> log)
{
    /// <summary>Applies the transitions and claims. Where it throws, what became of them is unknown.</summary>
    public async Task<Exchange> SendAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request)
    {
        var exchange = await ApplyAsync(transitions, request);
        if (exchange.HasEndedHeads)
            signals.HeadsEnded();
        foreach (var transition in exchange.Stale)
            LogStale(transition.Id, transition.Token, transition.Trigger);
        finals.Ended(Applied(transitions, exchange.Stale).Where(EndsJob).Select(transition => transition.Id));
        return exchange;
    }

    private async Task<Exchange> ApplyAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request)
    {
        try
        {
            return await store.ExchangeAsync(transitions, request, CancellationToken.None);
        }
        catch (DbException e) when (transitions.Count > 0 && StorageFaults.IsFaultOfData(e))
        {
            // One of them can't be stored, whatever its handler did to make it so. It must not keep its neighbours from ending.
            var (stale, hasEndedHeads) = (new List<JobTransition>(), false);
            foreach (var transition in transitions)
            {
                var own = await ApplyAloneAsync(transition, e.Message);
                stale.AddRange(own.Stale);
                hasEndedHeads |= own.HasEndedHeads;
            }

            return new Exchange(stale, [], []) { HasEndedHeads = hasEndedHeads };
        }
    }

    private async Task<Exchange> ApplyAloneAsync(JobTransition transition, string message)
    {
        try
        {
            return await store.ExchangeAsync([transition], request: null, CancellationToken.None);
        }
        catch (DbException e) when (StorageFaults.IsFaultOfData(e))
        {
            LogUnstorable(transition.Id, transition.Trigger, e.Message);
            var error = new AttemptError("outcome.unstorable", $"The database can't store what the attempt ended with: {message}");
            var failed = JobTransition.Fail(transition.Id, transition.Token, AttemptFailure.Failed, error, FailureReason.NotRetryable) with { IsOfSequence = transition.IsOfSequence };
            return await ApplyOrDropAsync(failed);
        }
    }

    private async Task<Exchange> ApplyOrDropAsync(JobTransition transition)
    {
        try
        {
            return await store.ExchangeAsync([transition], request: null, CancellationToken.None);
        }
        catch (DbException e) when (StorageFaults.IsFaultOfData(e))
        {
            // Its row is past all help; sent again for ever, it would keep every other job of this worker from ending.
            LogDropped(transition.Id, transition.Trigger, e.Message);
            return new Exchange([transition], [], []);
        }
    }

    private static IEnumerable<JobTransition> Applied(IReadOnlyList<JobTransition> transitions, IReadOnlyList<JobTransition> stale) =>
        stale.Count == 0 ? transitions : transitions.Except(stale);

    private static bool EndsJob(JobTransition transition) =>
        transition is JobTransition.Succeeded or JobTransition.Failed or JobTransition.Expired or JobTransition.Cancelled;
}
