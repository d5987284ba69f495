using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.EnqueueInSql;

/// <summary>The service with nobody who would claim what is enqueued.</summary>
public sealed class ApiServiceWithoutWorker : ApiService
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal) { ["JobService:Worker:Enabled"] = "false" };
}
