namespace JobService.Bench.Children;

/// <summary>What this process has in memory and has allocated while it drains, looked at every few milliseconds.</summary>
internal sealed class MemoryTrace(DrainClock drain)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly List<(long Ended, long InMemory, long Allocated)> looks = [];

    /// <summary>Bytes in memory when a quarter of the jobs had ended: by then everything is compiled and every buffer is there.</summary>
    public long Early => Quarter.InMemory;

    /// <summary>Bytes in memory at the end.</summary>
    public long Late => looks[^1].InMemory;

    /// <summary>Bytes allocated a job, after the first quarter.</summary>
    public double AllocatedAJob => (looks[^1].Allocated - Quarter.Allocated) / (double)Math.Max(1, looks[^1].Ended - Quarter.Ended);

    // All may end between two looks: then since the first.
    private (long Ended, long InMemory, long Allocated) Quarter =>
        looks.Where(look => look.Ended >= looks[^1].Ended / 4 && look.Ended < looks[^1].Ended).Append(looks[0]).First();

    /// <summary>Looks until <paramref name="end"/>, and once more then.</summary>
    public async Task FollowAsync(Task end)
    {
        while (!end.IsCompleted)
        {
            Look();
            await Task.WhenAny(end, Task.Delay(Interval, TimeProvider.System));
        }

        Look();
        await end;
    }

    private void Look() => looks.Add((drain.Ended, Environment.WorkingSet, GC.GetTotalAllocatedBytes()));
}
