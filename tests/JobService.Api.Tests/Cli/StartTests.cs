using System.Net;
using System.Net.Sockets;
using JobService.Api.Tests.Service;
using JobService.TestKit;

namespace JobService.Api.Tests.Cli;

/// <summary>A start that can't succeed ends in one sentence that names what to change, and has done nothing.</summary>
public sealed class StartTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private const string Api = "JobService.Api";
    private const string Worker = "JobService.Worker";

    [Theory]
    [InlineData(Api, "JobService__Worker__Slots", "abc", "JobService:Worker:Slots")]
    [InlineData(Api, "JobService__Worker__Enabled", "maybe", "JobService:Worker:Enabled")]
    [InlineData(Api, "JobService__Enqueue__Flushers", "9", "JobService:Enqueue:Flushers must be between 1 and 8")]
    [InlineData(Api, "ConnectionStrings__JobService", "garbage-secret", "ConnectionStrings:JobService")]
    [InlineData(Api, "Serilog__MinimumLevel__Default", "Loud", "Loud is not a valid Serilog level")]
    [InlineData(Api, "JobService__Schedules__nightly__Cron", "61 * * * *", "JobService:Schedules:nightly:Cron: ")]
    [InlineData(Worker, "JobService__Schedules__nightly__Job__Type", "a", "JobService:Schedules:nightly: When is it due?")]
    [InlineData(Worker, "JobService__Worker__Slots", "abc", "JobService:Worker:Slots")]
    [InlineData(Worker, "ConnectionStrings__JobService", "Database=garbage-secret", "ConnectionStrings:JobService")]
    public async Task A_slip_in_the_configuration_is_told_by_its_key(string program, string key, string value, string told)
    {
        var settings = Settings();
        settings[key] = value;

        AssertTold(told, await ServiceProcess.RunAsync(program, settings));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("http://localhost:99999")]
    [InlineData("http://localhost:80x")]
    [InlineData("http://localhost:8080;http://")]
    public async Task An_address_to_listen_at_that_is_none_is_told(string urls) =>
        AssertTold("--urls http://localhost:8081", await ServiceProcess.RunAsync(Api, Settings(), "--urls", urls));

    [Fact]
    public async Task A_port_that_is_taken_ends_the_start_before_any_worker_is_registered()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var (exitCode, output) = await ServiceProcess.RunAsync(Api, Settings(), "--urls", $"http://{taken.LocalEndpoint}");

        AssertTold("--urls http://localhost:8081", (exitCode, output));
        Assert.Contains($"{taken.LocalEndpoint}", output, StringComparison.Ordinal);
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.workers"));
    }

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal) { ["ConnectionStrings__JobService"] = database.ConnectionString };

    private static void AssertTold(string expected, (int ExitCode, string Output) ended)
    {
        Assert.Equal(1, ended.ExitCode);
        var line = Assert.Single(ended.Output.Split('\n'), line => line.Contains("FTL", StringComparison.Ordinal));
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("garbage-secret", ended.Output, StringComparison.Ordinal);
    }
}
