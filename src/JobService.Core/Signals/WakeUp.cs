namespace JobService.Core.Signals;

/// <summary>Something one loop waits for. Raised while nobody waits, it is kept; raised often, it is one.</summary>
public sealed class WakeUp(TimeProvider clock)
{
    private readonly Lock gate = new();
    private TaskCompletionSource raised = New();

    public void Raise()
    {
        // Raised already, there is nothing to do: whoever uses that up will look after it has, and see what was done before this call.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref raised).Task.IsCompleted)
            return;
        lock (gate)
            raised.TrySetResult();
    }

    /// <summary>Waits until it is raised, at most <paramref name="timeout"/>; true when it was raised, which is used up by that.</summary>
    public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Task current;
        lock (gate)
            current = raised.Task;

        if (!current.IsCompleted)
        {
            // A wait that runs out is no exception: it happens all the time. What is cancelled is a timer, which nobody waits for any
            // more: to do that on another thread would only cost the time it takes to wake one.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(current, Task.Delay(timeout, clock, stop.Token));
            stop.Cancel();
            cancellationToken.ThrowIfCancellationRequested();
        }

        lock (gate)
        {
            if (!raised.Task.IsCompleted)
                return false;
            raised = New();
            return true;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
