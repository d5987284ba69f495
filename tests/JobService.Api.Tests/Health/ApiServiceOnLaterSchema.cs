using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Health;

/// <summary>The service on a database that a later version has migrated already.</summary>
internal sealed class ApiServiceOnLaterSchema : ApiService
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Database:Migrate"] = "false",
        ["JobService:Worker:Enabled"] = "false",
    };

    protected override Task PrepareAsync() => Database.ExecuteAsync("INSERT INTO jobservice.migrations VALUES ('9999_later', '10.0.0')");
}
