namespace JobService.Worker.Execution;

/// <summary>
/// How many jobs may run at once. A handler that does not return after its attempt was given up holds its slot as stuck, and
/// another opens in its place, up to a bound: beyond it the process is of no use any more.
/// </summary>
internal sealed class ExecutionSlots(int slots, int maxStuck)
{
    private readonly CancellationTokenSource exhausted = new();
    private int taken;
    private int stuck;

    public int Free => Math.Max(0, slots - Volatile.Read(ref taken));

    public int Stuck => Volatile.Read(ref stuck);

    /// <summary>Fires when more handlers are stuck than may be.</summary>
    public CancellationToken Exhausted => exhausted.Token;

    public void Take() => Interlocked.Increment(ref taken);

    public void Release() => Interlocked.Decrement(ref taken);

    /// <summary>A handler was given up and still runs: its slot counts as stuck and another opens.</summary>
    public void BecomeStuck()
    {
        Interlocked.Decrement(ref taken);
        if (Interlocked.Increment(ref stuck) > maxStuck)
            exhausted.Cancel();
    }

    /// <summary>A stuck handler returned after all.</summary>
    public void Unstick() => Interlocked.Decrement(ref stuck);
}
