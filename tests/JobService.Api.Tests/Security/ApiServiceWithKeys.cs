using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Security;

/// <summary>The service with two keys.</summary>
public sealed class ApiServiceWithKeys : ApiService
{
    public const string AliceKey = "alice-0123456789-0123456789-0123456789";
    public const string BobKey = "bob-0123456789-0123456789-0123456789-0";

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Security:ApiKeys:alice"] = AliceKey,
        ["JobService:Security:ApiKeys:bob"] = BobKey,
    };
}
