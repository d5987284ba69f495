namespace JobService.Core.JobTypes;

/// <summary>How long jobs of a type took, of those among the last 10,000 of any type that finished after they had run.</summary>
/// <param name="Jobs">How many they are.</param>
/// <param name="WaitMedian">From when they were due to the start of their last attempt: half of them waited no longer.</param>
/// <param name="Wait95">95 of 100 waited no longer.</param>
/// <param name="RunMedian">From that start to the end: half of them ran no longer.</param>
/// <param name="Run95">95 of 100 ran no longer.</param>
public sealed record JobTypeTimings(int Jobs, TimeSpan WaitMedian, TimeSpan Wait95, TimeSpan RunMedian, TimeSpan Run95);
