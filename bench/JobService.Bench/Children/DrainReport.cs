namespace JobService.Bench.Children;

/// <summary>What a worker process did.</summary>
/// <param name="Jobs">How many jobs it ended.</param>
/// <param name="First">When its first handler began, in ticks of the machine's monotonic clock.</param>
/// <param name="Last">When its last end was durable.</param>
/// <param name="CpuSeconds">How much of a core it took from its start, in seconds.</param>
/// <param name="AllocatedBytes">What it allocated meanwhile.</param>
/// <param name="PeakBytes">The largest its process was.</param>
internal sealed record DrainReport(long Jobs, long First, long Last, double CpuSeconds, long AllocatedBytes, long PeakBytes);
