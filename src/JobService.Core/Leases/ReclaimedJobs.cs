namespace JobService.Core.Leases;

/// <summary>What one sweep took back.</summary>
/// <param name="Workers">How many leases had run out.</param>
/// <param name="Requeued">Jobs that will run again.</param>
/// <param name="Ended">Jobs that won't: lost too often, or cancelled meanwhile.</param>
public readonly record struct ReclaimedJobs(int Workers, int Requeued, int Ended);
