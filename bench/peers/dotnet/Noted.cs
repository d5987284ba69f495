using System.Diagnostics;

/// <summary>When handlers started and how many did: all that a no-op handler says.</summary>
internal static class Noted
{
    private static long ran;
    private static long first;
    private static TaskCompletionSource<long>? next;

    public static long Ran => Volatile.Read(ref ran);

    public static TimeSpan SinceFirst => Stopwatch.GetElapsedTime(Volatile.Read(ref first));

    public static void Start()
    {
        var now = Stopwatch.GetTimestamp();
        if (Interlocked.Increment(ref ran) == 1)
            Volatile.Write(ref first, now);
        Volatile.Read(ref next)?.TrySetResult(now);
    }

    /// <summary>Enqueues one job after another on an idle worker; gives the milliseconds from each call to its handler's start.</summary>
    public static async Task<double[]> Latency(int jobs, Func<Task> enqueue)
    {
        const int warmUp = 10;
        var ms = new double[jobs];
        for (var i = -warmUp; i < jobs; i++)
        {
            // The worker goes idle, out of step with whatever it polls.
            await Task.Delay(Random.Shared.Next(20, 61));
            var started = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref next, started);
            var called = Stopwatch.GetTimestamp();
            await enqueue();
            var elapsed = Stopwatch.GetElapsedTime(called, await started.Task.WaitAsync(TimeSpan.FromSeconds(60)));
            if (i >= 0)
                ms[i] = elapsed.TotalMilliseconds;
        }

        return ms;
    }
}
