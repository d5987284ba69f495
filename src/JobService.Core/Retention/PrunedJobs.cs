namespace JobService.Core.Retention;

/// <summary>What pruning removed.</summary>
/// <param name="Days">Whole days, dropped with their partitions.</param>
/// <param name="Jobs">Single jobs, out of days that still hold a live one or of queues that keep them shorter.</param>
/// <param name="Results">Results whose own time was over.</param>
/// <param name="Runs">What was told of occurrences of schedules.</param>
public readonly record struct PrunedJobs(int Days, int Jobs, int Results, int Runs = 0);
