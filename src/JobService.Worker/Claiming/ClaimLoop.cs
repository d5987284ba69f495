using System.Data.Common;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Results;
using JobService.Core.Retries;
using JobService.Core.Signals;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Leasing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Claiming;

/// <summary>
/// The one loop that talks to the claim store: it sends what has ended and asks for as much as there are free slots, in one
/// round trip. Whatever ends meanwhile goes with the next one, so the busier the worker, the larger its commits.
/// </summary>
internal sealed partial class ClaimLoop(
    IClaimStore store,
    JobExecutor executor,
    RunningJobs running,
    ExecutionSlots slots,
    CompletionBuffer completions,
    SignalHub signals,
    FinalJobWatch finals,
    JobHandlers handlers,
    IOptions<WorkerOptions> options,
    TimeProvider clock,
    ILogger<ClaimLoop> log)
{
    /// <summary>How long an idle claimer waits for a signal before it looks all the same.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);

    /// <summary>
    /// An exchange whose answer was lost may still be at work in the database, and commit after we asked what we hold: so it is
    /// asked again for a minute.
    /// </summary>
    private const int DisownRounds = 12;
    private static readonly TimeSpan DisownEvery = TimeSpan.FromSeconds(5);

    private bool isMoreReady = true;
    private WorkerId? givenBack;
    private int disownsLeft;
    private long lastDisown;
    private long lastClaim;

    /// <summary>Runs until the lease is lost, or until it is drained and everything has been reported.</summary>
    public async Task RunAsync(WorkerLease lease, CancellationToken drain)
    {
        var failures = 0;
        while (!lease.Lost.IsCancellationRequested && !(drain.IsCancellationRequested && running.IsEmpty && completions.IsEmpty))
        {
            try
            {
                await RoundAsync(lease, drain);
                if (failures > 0)
                    LogRecovered(failures);
                failures = 0;
            }
            catch (Exception e)
            {
                // The database is away, or its driver stumbled: nothing ends this loop but its lease. Whether the exchange was committed
                // is unknown: what ended is sent again, what was claimed is given back.
                (disownsLeft, isMoreReady) = (DisownRounds, true);
                var wait = TimeSpan.FromTicks(Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks << Math.Min(failures, 8)));
                LogFailed(++failures, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, clock, CancellationToken.None);
            }
        }

        if (disownsLeft > 0 && !lease.Lost.IsCancellationRequested)
            await TryDisownAsync(lease);
    }

    private async Task RoundAsync(WorkerLease lease, CancellationToken drain)
    {
        if (lease.Previous is { } previous && previous != givenBack)
            await GiveBackAsync(previous);
        if (disownsLeft == DisownRounds || (disownsLeft > 0 && clock.GetElapsedTime(lastDisown) >= DisownEvery))
            await DisownAsync(lease);

        var request = drain.IsCancellationRequested ? null : NextRequest(lease);
        var transitions = completions.Take();
        if (request is null && transitions.Count == 0)
        {
            await WaitAsync(drain);
            return;
        }

        var exchange = await ExchangeAsync(transitions, request);
        completions.Confirm();
        Announce(transitions, exchange.Stale);

        // Claimed under a lease that was lost meanwhile: another worker runs them.
        if (lease.Lost.IsCancellationRequested)
            return;
        foreach (var claim in exchange.Claims)
            executor.Start(claim);
        foreach (var ending in exchange.Endings)
            completions.Add(ending);

        if (request is not null)
        {
            isMoreReady = exchange.Claims.Count + exchange.Endings.Count >= request.MaxJobs;
            lastClaim = clock.GetTimestamp();
            if (!isMoreReady)
                signals.ClaimerIdle(hadWork: exchange.Claims.Count > 0);
        }
    }

    private async Task<Exchange> ExchangeAsync(IReadOnlyList<JobTransition> transitions, ClaimRequest? request)
    {
        try
        {
            return await store.ExchangeAsync(transitions, request, CancellationToken.None);
        }
        catch (DbException e) when (transitions.Count > 0 && StorageFaults.IsFaultOfData(e))
        {
            // One of them can't be stored, whatever its handler did to make it so. It must not keep its neighbours from ending.
            var stale = new List<JobTransition>();
            foreach (var transition in transitions)
                stale.AddRange((await ApplyAloneAsync(transition, e.Message)).Stale);
            return new Exchange(stale, [], []);
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
            var failed = JobTransition.Fail(transition.Id, transition.Token, AttemptFailure.Failed, error, FailureReason.NotRetryable);
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

    private ClaimRequest? NextRequest(WorkerLease lease)
    {
        var isTimeToLook = isMoreReady || lastClaim == 0 || clock.GetElapsedTime(lastClaim) >= PollEvery;
        return slots.Free == 0 || !isTimeToLook || handlers.Types.Count == 0 ? null : new ClaimRequest
        {
            Worker = lease.Worker,
            MaxJobs = slots.Free,
            Types = handlers.Types,
            Queues = options.Value.Queues is [] ? ["*"] : options.Value.Queues,
            AllowSuspect = !running.HasSuspect,
        };
    }

    /// <summary>Waits until something ended, until jobs may be ready, or until it is time to look.</summary>
    private async Task WaitAsync(CancellationToken drain)
    {
        var poll = PollEvery * (0.8 + 0.2 * Random.Shared.NextDouble());
        await signals.Ready.WaitAsync(drain.IsCancellationRequested ? TimeSpan.FromMilliseconds(50) : poll, CancellationToken.None);
        isMoreReady = true;
    }

    /// <summary>
    /// Settles what this process held under a lease it lost: what ended is sent, since its tokens hold until someone took the jobs back;
    /// what was cut off is given back. Nobody died, so it counts neither as an attempt nor as a crash.
    /// </summary>
    private async Task GiveBackAsync(WorkerId previous)
    {
        while (!completions.IsEmpty)
        {
            var transitions = completions.Take();
            var exchange = await ExchangeAsync(transitions, request: null);
            completions.Confirm();
            Announce(transitions, exchange.Stale);
        }

        var given = await store.DisownAsync(previous, [], CancellationToken.None);
        givenBack = previous;
        isMoreReady = true;
        if (given > 0)
            LogGivenBack(given, previous);
    }

    private async Task DisownAsync(WorkerLease lease)
    {
        var known = running.Tokens.Concat(completions.Tokens).ToHashSet();
        var given = await store.DisownAsync(lease.Worker, known, CancellationToken.None);
        disownsLeft--;
        lastDisown = clock.GetTimestamp();
        if (given == 0)
            return;
        isMoreReady = true;
        LogDisowned(given);
    }

    /// <summary>Before the worker leaves: what it holds unknowingly would be reclaimed as lost, which counts as a crash.</summary>
    private async Task TryDisownAsync(WorkerLease lease)
    {
        try
        {
            await DisownAsync(lease);
        }
        catch (DbException e)
        {
            LogFailed(1, 0, e.Message);
        }
    }

    private void Announce(IReadOnlyList<JobTransition> transitions, IReadOnlyList<JobTransition> stale)
    {
        foreach (var transition in stale)
            LogStale(transition.Id, transition.Token, transition.Trigger);
        finals.Ended(transitions.Where(EndsJob).Except(stale).Select(transition => transition.Id));
    }

    private static bool EndsJob(JobTransition transition) =>
        transition is JobTransition.Succeeded or JobTransition.Failed or JobTransition.Expired or JobTransition.Cancelled;
}
