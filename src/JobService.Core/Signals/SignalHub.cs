using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace JobService.Core.Signals;

/// <summary>
/// The signals of this process, and its line to the others. Within the process a signal is an event. Across processes a
/// commit is announced only when some claimer said before that it idles: under load nobody is idle, and nobody notifies.
/// </summary>
public sealed partial class SignalHub(ISignalLine line, TimeProvider clock, ILogger<SignalHub> log) : BackgroundService
{
    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnnounceIdleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenIdles = TimeSpan.FromMilliseconds(10);

    private readonly WakeUp outgoing = new(clock);
    private int isSomeoneIdle;
    private int sendReady;
    private int sendCancel;
    private int sendIdle;
    private int sendRouting;
    private long idleAnnounced;

    /// <summary>There may be something to claim.</summary>
    public WakeUp Ready { get; } = new(clock);

    /// <summary>There may be a request to cancel a running job.</summary>
    public WakeUp Cancel { get; } = new(clock);

    /// <summary>The routes or the settings of a job type may be others.</summary>
    public WakeUp Routing { get; } = new(clock);

    /// <summary>Jobs of sequences may have ended.</summary>
    public WakeUp Heads { get; } = new(clock);

    /// <summary>Jobs became ready: wakes the claimer of this process, and those elsewhere if one said it idles.</summary>
    public void JobsReady()
    {
        Ready.Raise();
        if (Volatile.Read(ref isSomeoneIdle) == 1 && Interlocked.Exchange(ref isSomeoneIdle, 0) == 1)
            Post(ref sendReady);
    }

    /// <summary>Other jobs may be claimed than before: wakes every claimer, also those that said nothing, since they may have been turned away just now.</summary>
    public void ClaimsChanged()
    {
        Ready.Raise();
        Post(ref sendReady);
    }

    /// <summary>A running job is to be cancelled: wakes whoever runs it.</summary>
    public void CancelRequested()
    {
        Cancel.Raise();
        Post(ref sendCancel);
    }

    /// <summary>Jobs of sequences have ended here: wakes whoever lets the next ones go. The other processes look by themselves.</summary>
    public void HeadsEnded() => Heads.Raise();

    /// <summary>The routes or the settings of a job type were changed here: wakes the other processes.</summary>
    public void RoutingChanged() => Post(ref sendRouting);

    /// <summary>
    /// The claimer of this process has nothing more to do. The others are told at once when it had work, or the next job would find it asleep;
    /// else at most once a second.
    /// </summary>
    public void ClaimerIdle(bool hadWork)
    {
        if (!hadWork && idleAnnounced != 0 && clock.GetElapsedTime(idleAnnounced) < AnnounceIdleEvery)
            return;
        idleAnnounced = clock.GetTimestamp();
        Post(ref sendIdle);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ListenAsync(stoppingToken), SendAsync(stoppingToken));

    private async Task ListenAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await line.ListenAsync(Hear, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                LogLineLost(e.Message);
                await Task.Delay(ReconnectAfter, clock, stoppingToken);

                // Whatever was said meanwhile was not heard.
                Ready.Raise();
                Cancel.Raise();
                Routing.Raise();
            }
        }
    }

    private async Task SendAsync(CancellationToken stoppingToken)
    {
        long idleSent = 0;
        while (true)
        {
            await outgoing.WaitAsync(Timeout.InfiniteTimeSpan, stoppingToken);
            try
            {
                if (Interlocked.Exchange(ref sendReady, 0) == 1)
                    await line.SendAsync(SignalKind.Ready, stoppingToken);
                if (Interlocked.Exchange(ref sendCancel, 0) == 1)
                    await line.SendAsync(SignalKind.Cancel, stoppingToken);
                if (Interlocked.Exchange(ref sendRouting, 0) == 1)
                    await line.SendAsync(SignalKind.Routing, stoppingToken);
                if (Volatile.Read(ref sendIdle) == 1)
                {
                    // A claimer that is half busy idles a thousand times a second.
                    if (idleSent != 0 && BetweenIdles - clock.GetElapsedTime(idleSent) is { Ticks: > 0 } wait)
                        await Task.Delay(wait, clock, stoppingToken);
                    Volatile.Write(ref sendIdle, 0);
                    idleSent = clock.GetTimestamp();
                    await line.SendAsync(SignalKind.Idle, stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A signal may be lost: polling goes on underneath.
                LogLineLost(e.Message);
            }
        }
    }

    private void Hear(SignalKind signal)
    {
        switch (signal)
        {
            case SignalKind.Idle:
                Volatile.Write(ref isSomeoneIdle, 1);
                break;
            case SignalKind.Ready:
                Ready.Raise();
                break;
            case SignalKind.Cancel:
                Cancel.Raise();
                break;
            case SignalKind.Routing:
                Routing.Raise();
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Post(ref int flag)
    {
        Volatile.Write(ref flag, 1);
        outgoing.Raise();
    }
}
