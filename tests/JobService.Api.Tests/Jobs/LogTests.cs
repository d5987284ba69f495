using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>What handlers logged: nothing yet, and said so in the form it will have.</summary>
public sealed class LogTests(ApiService api) : IClassFixture<ApiService>
{
    [Theory]
    [InlineData("")]
    [InlineData("?after=0")]
    [InlineData("?after=17")]
    public async Task A_job_has_no_lines_yet(string query)
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");

        Assert.Equal("""{"items":[],"nextAfter":null}""", (await api.GetAsync($"{Calls.Jobs}/{job.Id}/logs{query}")).With(200).Text);
    }

    [Theory]
    [InlineData("?after=")]
    [InlineData("?after=-1")]
    [InlineData("?after=soon")]
    [InlineData("?after=1&after=2")]
    [InlineData("?after=99999999999999999999")]
    public async Task A_place_to_go_on_from_that_is_none_is_refused(string query)
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        var refused = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/logs{query}")).Problem(400, "malformed");

        Assert.Equal("after", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }
}
