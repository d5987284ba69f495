using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>A service whose configuration declares the schedule <c>nightly</c>, and disables <c>disabled</c>.</summary>
public sealed class ApiServiceWithDeclaredSchedule : ApiService
{
    public const string Nightly = "/api/v1/schedules/nightly";
    public const string Disabled = "/api/v1/schedules/disabled";

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["JobService:Schedules:nightly:Cron"] = "0 3 * * *",
        ["JobService:Schedules:nightly:TimeZone"] = "Europe/Vienna",
        ["JobService:Schedules:nightly:Job:Type"] = "report.make",
        ["JobService:Schedules:nightly:Job:Payload"] = """{"full": true}""",
        ["JobService:Schedules:disabled:Every"] = "1h",
        ["JobService:Schedules:disabled:Job:Type"] = "report.make",
        ["JobService:Schedules:disabled:Enabled"] = "false",
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var declared in (string[])[Nightly, Disabled])
        {
            while ((await this.GetAsync(declared)).Status != 200)
            {
            }
        }
    }
}
