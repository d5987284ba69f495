using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Signals;
using JobService.Worker.Completion;
using JobService.Worker.Execution;
using JobService.Worker.Leasing;
using JobService.Worker.Queues;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Claiming;

/// <summary>
/// The one loop that sends what has ended and asks for as much as there are free slots, in one round trip. Whatever ends meanwhile
/// goes with the next one, so the busier the worker, the larger its commits. Only where much ends meanwhile does the next one not
/// wait: then PostgreSQL works on while this process reads what it was given.
/// </summary>
internal sealed partial class ClaimLoop(
    ExchangeSender sender,
    UnknownClaims unknown,
    JobExecutor executor,
    RunningJobs running,
    ExecutionSlots slots,
    ServedQueues queues,
    CompletionBuffer completions,
    SignalHub signals,
    JobHandlers handlers,
    TimeProvider clock,
    ILogger<ClaimLoop> log)
{
    /// <summary>One is at work in the database while the answer of the other is read.</summary>
    private const int MaxFlights = 2;

    /// <summary>More at once would only hold up what ends meanwhile.</summary>
    private const int MaxJobs = 1_000;

    /// <summary>How long an idle claimer waits for a signal before it looks all the same.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>What opens earlier is as good as open: timers are no finer.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(2);

    private readonly List<Flight> flights = new(MaxFlights);
    private bool isMoreReady = true;
    private Outlook outlook;
    private long lastClaim;
    private int failures;

    /// <summary>Runs until the lease is lost, or until it is drained and everything has been reported.</summary>
    public async Task RunAsync(WorkerLease lease, CancellationToken drain)
    {
        while (flights.Count > 0 || !(lease.Lost.IsCancellationRequested || (drain.IsCancellationRequested && running.IsEmpty && completions.IsEmpty)))
        {
            try
            {
                await RoundAsync(lease, drain);
            }
            catch (Exception e)
            {
                // The database is away, or its driver stumbled: nothing ends this loop but its lease. Whether the exchange was committed
                // is unknown: what ended is sent again, what was claimed is given back.
                unknown.AnswerLost();
                isMoreReady = true;
                var wait = TimeSpan.FromTicks(Math.Min(LongestBackOff.Ticks, FirstBackOff.Ticks << Math.Min(failures, 8)));
                LogFailed(++failures, wait.TotalMilliseconds, e.Message);
                await Task.Delay(wait, clock, CancellationToken.None);
            }
        }

        if (!lease.Lost.IsCancellationRequested)
            await unknown.LeaveAsync(lease);
    }

    private async Task RoundAsync(WorkerLease lease, CancellationToken drain)
    {
        if (lease.Lost.IsCancellationRequested || unknown.IsDue(lease))
        {
            if (flights.Count > 0)
                await LandAsync(lease, orMany: false);
            else
                isMoreReady |= await unknown.GiveBackAsync(lease);
        }
        else if (!TakeOff(lease, drain))
        {
            if (flights.Count > 0)
                await LandAsync(lease, orMany: flights.Count < MaxFlights);
            else
                await WaitAsync(drain);
        }
    }

    /// <summary>Sends what there is to send; false where there is nothing, or too little for a second flight.</summary>
    private bool TakeOff(WorkerLease lease, CancellationToken drain)
    {
        if (flights.Count == MaxFlights || (flights.Count > 0 && !completions.HasMany))
            return false;

        var request = drain.IsCancellationRequested ? null : NextRequest(lease);
        var transitions = completions.Take();
        if (request is null && transitions.Count == 0)
            return false;

        flights.Add(new Flight(transitions, request, sender.SendAsync(transitions, request)));
        return true;
    }

    private ClaimRequest? NextRequest(WorkerLease lease)
    {
        var free = slots.Free - flights.Sum(flight => flight.Request?.MaxJobs ?? 0);
        var isTimeToLook = isMoreReady || lastClaim == 0 || clock.GetElapsedTime(lastClaim) >= (outlook.LookIn < PollEvery ? outlook.LookIn : PollEvery)
            || (outlook.IsHeldUp && !completions.IsEmpty);
        if (free <= 0 || !isTimeToLook || handlers.Types.Count == 0)
            return null;

        var open = queues.Open(flights.Select(flight => flight.Request).OfType<ClaimRequest>());
        return open.All(selection => selection.MaxJobs is 0) ? null : new ClaimRequest
        {
            Worker = lease.Worker,
            MaxJobs = Math.Min(free, MaxJobs),
            Types = handlers.Types,
            Queues = open,
            Order = queues.Order,
            AllowSuspect = !running.HasSuspect && !flights.Exists(flight => flight.Request is { AllowSuspect: true }),
        };
    }

    /// <summary>Waits for an answer, and takes in whatever has come; or until so much has ended that another flight is worth it.</summary>
    private async Task LandAsync(WorkerLease lease, bool orMany)
    {
        IEnumerable<Task> answers = flights.Select(flight => flight.Exchange);
        await Task.WhenAny(orMany ? answers.Append(completions.WhenManyAsync()) : answers);

        // Those that failed come last: what the others claimed must not wait for a back-off.
        var landed = flights.FindAll(flight => flight.Exchange.IsCompleted).OrderBy(flight => flight.Exchange.IsFaulted);
        var (asked, isFull, hadWork) = (false, false, false);
        foreach (var flight in landed)
        {
            flights.Remove(flight);
            var exchange = await AnswerAsync(flight);
            Start(exchange, lease);
            asked |= flight.Request is not null;
            hadWork |= exchange.Claims.Count > 0;
            if (flight.Request is not { } request)
                continue;
            outlook = exchange.Outlook;
            isFull |= outlook.IsMoreReady || exchange.Claims.Count + exchange.Endings.Count >= request.MaxJobs;
        }

        if (!asked)
            return;
        lastClaim = clock.GetTimestamp();
        isMoreReady = isFull || flights.Exists(flight => flight.Request is not null);
        if (!isMoreReady)
            signals.ClaimerIdle(hadWork);
    }

    private async Task<Exchange> AnswerAsync(Flight flight)
    {
        try
        {
            var exchange = await flight.Exchange;
            completions.Confirm(flight.Transitions);
            if (failures > 0)
                LogRecovered(failures);
            failures = 0;
            return exchange;
        }
        catch
        {
            completions.PutBack(flight.Transitions);
            throw;
        }
    }

    private void Start(Exchange exchange, WorkerLease lease)
    {
        // Claimed under a lease that was lost meanwhile: another worker runs them.
        if (lease.Lost.IsCancellationRequested)
            return;
        foreach (var claim in exchange.Claims)
            executor.Start(claim);
        foreach (var ending in exchange.Endings)
            completions.Add(ending);
    }

    /// <summary>Waits until something ended, until jobs may be ready, or until it is time to look.</summary>
    private async Task WaitAsync(CancellationToken drain)
    {
        var poll = PollEvery * (0.8 + 0.2 * Random.Shared.NextDouble());
        if (outlook.LookIn is { } lookIn && lookIn < poll && slots.Free > 0)
            poll = lookIn > ShortestWait ? lookIn : ShortestWait;
        await signals.Ready.WaitAsync(drain.IsCancellationRequested ? TimeSpan.FromMilliseconds(50) : poll, CancellationToken.None);
        isMoreReady = true;
    }
}
