using JobService.Core.Attempts;
using JobService.Core.Claiming;

namespace JobService.Worker.Execution;

/// <summary>
/// The clocks and cords of one attempt: when its handler is asked to stop and when it is given up, and why. Only the first
/// reason to stop counts; later ones may bring the giving up forward.
/// </summary>
internal sealed class JobDeadline : IDisposable
{
    /// <summary>How long a handler whose worker stops or lost its lease may still clean up.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromSeconds(5);

    private readonly TimeProvider clock;
    private readonly Action<object?> giveUp;
    private readonly object? attempt;

    // Also the lock, to save an object an attempt.
    private readonly CancellationTokenSource stop = new();
    private readonly TimeSpan grace;
    private readonly long opened;

    // One timer for both limits: of the soft one until it has passed, or until the attempt is to be given up earlier.
    private readonly ITimer timer;
    private TimeSpan givesUpAfter;
    private ITimer? drainTimer;
    private bool isForGivingUp;
    private bool isDisposed;
    private volatile bool isCutShort;

    /// <param name="claim">What is run.</param>
    /// <param name="clock">Measures its time.</param>
    /// <param name="giveUp">Called at most once, when nobody waits for the handler any more; on a thread that it must not hold up.</param>
    /// <param name="attempt">What it is called with.</param>
    public JobDeadline(Claim claim, TimeProvider clock, Action<object?> giveUp, object? attempt)
    {
        (this.clock, this.giveUp, this.attempt) = (clock, giveUp, attempt);
        opened = clock.GetTimestamp();
        var limits = claim.Policies.Timeout.Within(claim.Deadline - claim.ClaimedAt);
        grace = limits.Hard - limits.Soft;
        (SoftLimit, HardLimit, givesUpAfter) = (limits.Soft, limits.Hard, limits.Hard);
        timer = clock.CreateTimer(static deadline => ((JobDeadline)deadline!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After the claim.</summary>
    public TimeSpan SoftLimit { get; }

    /// <summary>After the claim.</summary>
    public TimeSpan HardLimit { get; }

    /// <summary>The handler's token.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>Why the token fired first.</summary>
    public StopCause Cause { get; private set; }

    /// <summary>Why nobody waits any more: a stopping worker may give up a handler that has passed its soft limit, before its hard one.</summary>
    public StopCause GivenUpCause => Cause == StopCause.SoftLimit && isCutShort ? StopCause.Drained : Cause;

    public string? CancelReason { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(opened);

    /// <summary>From now on its limits hold; whoever is told of them is known by now.</summary>
    public void Begin()
    {
        lock (stop)
        {
            if (!isDisposed && !isForGivingUp)
                timer.Change(Remaining(SoftLimit), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Someone wants the job cancelled: the handler has its grace to stop.</summary>
    public void Cancel(string? reason)
    {
        Stop(StopCause.Cancelled, reason);
        GiveUpAfter(grace);
    }

    /// <summary>The lease is lost: whatever the handler still does, it does without a right to.</summary>
    public void LoseLease()
    {
        Stop(StopCause.LeaseLost, null);
        GiveUpAfter(CleanUp);
    }

    /// <summary>The worker stops: the handler may go on for a while, then it must stop.</summary>
    public void Drain(TimeSpan within)
    {
        lock (stop)
        {
            if (!isDisposed)
                drainTimer ??= clock.CreateTimer(_ => EndDrain(), null, within, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (stop)
            isDisposed = true;
        timer.Dispose();
        drainTimer?.Dispose();
    }

    private void Tick()
    {
        lock (stop)
        {
            if (isDisposed)
                return;
            if (!isForGivingUp)
            {
                isForGivingUp = true;
                timer.Change(Remaining(givesUpAfter), Timeout.InfiniteTimeSpan);
                Stop(StopCause.SoftLimit, null);
                return;
            }
        }

        giveUp(attempt);
    }

    private TimeSpan Remaining(TimeSpan until) => until - Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    private void EndDrain()
    {
        Stop(StopCause.Drained, null);
        isCutShort = GiveUpAfter(CleanUp);
    }

    private void Stop(StopCause cause, string? reason)
    {
        lock (stop)
        {
            // A lost lease overrides: nothing of the attempt counts any more.
            if (isDisposed || (Cause != StopCause.None && cause != StopCause.LeaseLost))
                return;
            (Cause, CancelReason) = (cause, reason);
        }

        // A callback that the handler registered may block or throw; neither may stop whoever stops it.
        ThreadPool.UnsafeQueueUserWorkItem(static source => Fire(source), stop, preferLocal: false);
    }

    private static void Fire(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // The handler's own callbacks threw. The attempt ends by its answer or by its hard limit.
        }
    }

    private bool GiveUpAfter(TimeSpan wait)
    {
        lock (stop)
        {
            var at = Elapsed + wait;
            if (isDisposed || at >= givesUpAfter)
                return false;
            (givesUpAfter, isForGivingUp) = (at, true);
            return timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }
}
