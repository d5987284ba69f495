using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Health;

/// <summary>The service started before its database was migrated.</summary>
internal sealed class ApiServiceWithoutSchema : ApiService
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Database:Migrate"] = "false",
        ["JobService:Worker:Enabled"] = "false",
    };

    protected override Task PrepareAsync() => Database.ExecuteAsync("DROP SCHEMA jobservice CASCADE");
}
