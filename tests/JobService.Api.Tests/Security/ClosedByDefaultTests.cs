using JobService.Api.Security;
using JobService.Api.Tests.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace JobService.Api.Tests.Security;

/// <summary>Without keys only a developer's own machine is served.</summary>
public sealed class ClosedByDefaultTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Key = "0123456789-0123456789-0123456789";

    [Theory]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task A_call_by_another_name_than_this_machine_s_is_refused(string host) =>
        (await api.GetAsync(Calls.Jobs, $"Host: {host}")).Problem(403, "forbidden");

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]:8080")]
    public async Task A_call_by_a_name_of_this_machine_is_served(string host) =>
        (await api.GetAsync(Calls.Jobs, $"Host: {host}")).With(200);

    [Theory]
    [InlineData(false, null, "http://localhost:8080", "at least one API key")]
    [InlineData(false, "short", "http://localhost:8080", "at least 32 characters")]
    [InlineData(true, "short", "http://localhost:8080", "at least 32 characters")]
    [InlineData(true, null, "http://0.0.0.0:8080", "listens on this machine only")]
    [InlineData(true, null, "http://localhost:8080;http://*:80", "listens on this machine only")]
    public void A_service_that_would_be_open_does_not_start(bool isDevelopment, string? key, string urls, string message) =>
        Assert.Contains(message, Assert.Throws<OptionsValidationException>(() => Check(isDevelopment, key, urls)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(true, null, "http://localhost:8080;http://127.0.0.1:80;http://[::1]:80")]
    [InlineData(true, Key, "http://0.0.0.0:8080")]
    [InlineData(false, Key, "http://0.0.0.0:8080")]
    public void Any_other_does(bool isDevelopment, string? key, string urls) => Check(isDevelopment, key, urls);

    [Fact]
    public void The_server_s_own_endpoints_count_as_well()
    {
        Check(isDevelopment: true, key: null, "http://localhost:8080", "http://127.0.0.1:81");
        Assert.Throws<OptionsValidationException>(() => Check(isDevelopment: true, key: null, "http://localhost:8080", "http://0.0.0.0:81"));
    }

    private static void Check(bool isDevelopment, string? key, string urls, string? endpoint = null)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { ["urls"] = urls, ["Kestrel:Endpoints:Other:Url"] = endpoint };
        if (key is not null)
            settings["JobService:Security:ApiKeys:admin"] = key;
        using var services = new ServiceCollection()
            .AddAccess(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), isDevelopment)
            .BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }
}
