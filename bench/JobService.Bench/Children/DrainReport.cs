namespace JobService.Bench.Children;

/// <summary>What a worker process did.</summary>
/// <param name="Jobs">How many jobs it ended.</param>
/// <param name="First">When its first handler began, in ticks of the machine's monotonic clock.</param>
/// <param name="Last">When its last end was durable.</param>
/// <param name="CpuSeconds">How much of a core it took from its start, in seconds.</param>
/// <param name="AllocatedAJob">Bytes that a job took, after the first quarter of them.</param>
/// <param name="EarlyBytes">How large its process was after the first quarter.</param>
/// <param name="LateBytes">How large at the end.</param>
/// <param name="PeakBytes">The largest that it was.</param>
internal sealed record DrainReport(long Jobs, long First, long Last, double CpuSeconds, double AllocatedAJob, long EarlyBytes, long LateBytes, long PeakBytes);
