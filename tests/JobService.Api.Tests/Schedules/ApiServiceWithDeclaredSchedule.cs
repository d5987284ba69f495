using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>A service whose configuration declares the schedule <c>nightly</c>.</summary>
public sealed class ApiServiceWithDeclaredSchedule : ApiService
{
    public const string Nightly = "/api/v1/schedules/nightly";

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Schedules:nightly:Cron"] = "0 3 * * *",
        ["JobService:Schedules:nightly:TimeZone"] = "Europe/Vienna",
        ["JobService:Schedules:nightly:Job:Type"] = "report.make",
        ["JobService:Schedules:nightly:Job:Payload"] = """{"full": true}""",
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        while ((await this.GetAsync(Nightly)).Status != 200)
        {
        }
    }
}
