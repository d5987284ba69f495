namespace JobService.Bench.Children;

/// <summary>What this process has in memory and has allocated while it drains, looked at every few milliseconds.</summary>
internal sealed class MemoryTrace(DrainClock drain)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>What is allocated is counted by buffers of kilobytes.</summary>
    private const int FewestJobs = 10_000;

    private readonly List<(long Ended, long InMemory, long Allocated)> looks = [];

    /// <summary>Bytes in memory when a quarter of the jobs had ended: by then everything is compiled and every buffer is there.</summary>
    public long Early => Quarter.InMemory;

    /// <summary>Bytes in memory at the end.</summary>
    public long Late => looks[^1].InMemory;

    /// <summary>Bytes allocated a job, after the first quarter.</summary>
    public double AllocatedAJob => (looks[^1].Allocated - Quarter.Allocated) / Math.Max(1.0, looks[^1].Ended - Quarter.Ended);

    // Where there are too few jobs for a quarter to say anything, from the first look on.
    private (long Ended, long InMemory, long Allocated) Quarter =>
        looks.Where(look => look.Ended >= looks[^1].Ended / 4 && look.Ended <= looks[^1].Ended - FewestJobs).Append(looks[0]).First();

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
