namespace JobService.Core.Storage.Stores;

/// <summary>Why a bulk action could do nothing with a job, as it is stored.</summary>
internal sealed record StoredRefusal(Guid Job, string Why);
