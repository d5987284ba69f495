using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Health;

/// <summary>The service started before the migration of its version.</summary>
internal sealed class ApiServiceOnEarlierSchema : ApiService
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Database:Migrate"] = "false",
        ["JobService:Worker:Enabled"] = "false",
    };

    protected override Task PrepareAsync() => Database.GoBackToAsync("0004_last_attempts");
}
