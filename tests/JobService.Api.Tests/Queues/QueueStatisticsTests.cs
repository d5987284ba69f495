using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Queues;

public sealed class QueueStatisticsTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Queues = "/api/v1/queues";

    [Fact]
    public async Task A_queue_tells_what_it_is_doing_beside_all_others()
    {
        await api.EnqueueAsync("""{"type":"demo.echo","queue":"told.a","delay":"1h"}""");
        await api.EnqueueAsync("""{"type":"nobody.has.it","queue":"told.b"}""");

        var one = (await api.GetAsync($"{Queues}/told.a")).With(200).Json;
        var all = (await api.GetAsync(Queues)).With(200).Json.GetProperty("items").EnumerateArray().ToDictionary(queue => queue.GetProperty("name").GetString()!, StringComparer.Ordinal);

        Assert.Equal(1, one.GetProperty("depth").GetProperty("scheduled").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, one.GetProperty("oldestWait").ValueKind);
        Assert.Equal("0s", one.GetProperty("estimatedDrain").GetString());
        Assert.False(one.GetProperty("paused").GetBoolean());
        Assert.Equal(1, all["told.a"].GetProperty("depth").GetProperty("scheduled").GetInt64());
        Assert.Equal(1, all["told.b"].GetProperty("depth").GetProperty("queued").GetInt64());
        Assert.Equal(System.Text.Json.JsonValueKind.String, all["told.b"].GetProperty("oldestWait").ValueKind);
    }

    [Fact]
    public async Task A_history_tells_of_jobs_that_ran_once_a_worker_has_added_them_up()
    {
        await api.RunAsync("""{"type":"demo.echo","queue":"told.history"}""");

        System.Text.Json.JsonElement history, last;
        do
        {
            history = (await api.GetAsync($"{Queues}/told.history/history?step=1h")).With(200).Json;
            last = history.GetProperty("items")[59];
        }
        while (last.GetProperty("finished").GetInt64() == 0);

        Assert.Equal(60, history.GetProperty("items").GetArrayLength());
        Assert.Equal("1h", history.GetProperty("step").GetString());
        Assert.Equal((1, 1, 1, 0), (last.GetProperty("enqueued").GetInt64(), last.GetProperty("started").GetInt64(), last.GetProperty("succeeded").GetInt64(), last.GetProperty("failed").GetInt64()));
        Assert.Equal(0, last.GetProperty("depth").GetProperty("running").GetInt64());
        Assert.Matches("^([0-9]+m?s)+$", last.GetProperty("run").GetProperty("p99").GetString());
        Assert.Matches("^([0-9]+m?s)+$", last.GetProperty("wait").GetProperty("p50").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, history.GetProperty("items")[0].GetProperty("run").ValueKind);
    }

    [Theory]
    [InlineData("/nobody", 404)]
    [InlineData("/No", 404)]
    [InlineData("/nobody/history", 404)]
    [InlineData("/nobody/history?step=0", 422)]
    [InlineData("/nobody/history?step=90", 422)]
    [InlineData("/nobody/history?step=soon", 422)]
    [InlineData("/nobody/history?step=", 422)]
    [InlineData("/nobody/history?from=yesterday", 422)]
    [InlineData("/nobody/history?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&step=1m", 422)]
    [InlineData("/nobody/history?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", 422)]
    [InlineData("/nobody/history?unit=1m", 422)]
    [InlineData("/nobody/history?step=60&step=60", 400)]
    [InlineData("/nobody/history?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&step=3600", 404)]
    public async Task What_is_not_there_or_not_acceptable_is_refused(string path, int status) =>
        (await api.GetAsync(Queues + path)).Problem(status, status switch { 404 => "not-found", 400 => "malformed", _ => "invalid" });
}
