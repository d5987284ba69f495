using JobService.Core.Jobs;

namespace JobService.Core.Leases;

/// <summary>Someone wants a running job cancelled.</summary>
public sealed record CancelRequest(JobId Id, LeaseToken Token, string? Reason);
