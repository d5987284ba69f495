using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Why a job isn't running, in each of its states.</summary>
public sealed class ExplainTests(ApiService api) : IClassFixture<ApiService>
{
    [Theory]
    [InlineData("""{"type":"nobody.does"}""", "queued", "next no-live-worker")]
    [InlineData("""{"type":"nobody.does","delay":"1h"}""", "scheduled", "scheduled no-live-worker")]
    [InlineData("""{"type":"demo.echo","delay":"1h"}""", "scheduled", "scheduled")]
    [InlineData("""{"type":"demo.fail","payload":{},"retry":{"base":"1h"}}""", "retrying", "retrying")]
    [InlineData("""{"type":"demo.sleep","payload":{"duration":"60s"}}""", "running", "running")]
    [InlineData("""{"type":"demo.echo"}""", "succeeded", "final")]
    [InlineData("""{"type":"demo.fail","payload":{},"retry":{"maxAttempts":1}}""", "failed", "final")]
    public async Task Each_state_has_its_reason(string body, string state, string reasons)
    {
        var job = await api.EnqueueAsync(body);
        await api.UntilAsync(job.Id, state);
        var explained = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).With(200);

        Assert.Equal((job.Id, state), (explained.Id, explained.Word("state")));
        Assert.Equal(reasons, string.Join(' ', explained.Json.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetProperty("code").GetString())));
        Assert.Equal(state is "scheduled" or "retrying", explained.Word("runsAt") is not null);
        if (state is "running")
            (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(202);
    }

    [Theory]
    [InlineData("expiresAt")]
    [InlineData("deadline")]
    public async Task A_job_that_ends_before_its_time_comes_is_promised_no_run(string end)
    {
        var at = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var job = await api.EnqueueAsync($$"""{"type":"nobody.does","delay":"2h","{{end}}":"{{at}}"}""");
        var explained = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).With(200);
        var reason = explained.Json.GetProperty("reasons")[0];

        Assert.Equal(("scheduled", null), (explained.Word("state"), explained.Word("runsAt")));
        Assert.Equal("will-expire", reason.GetProperty("code").GetString());
        Assert.Contains($"It fails at {at}, its {end},", reason.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limited_job_is_told_of_those_without_keys_before_it()
    {
        foreach (var before in (string[])["1 job of queue 'ahead' comes before it.", "2 jobs of queue 'ahead' come before it."])
        {
            await api.EnqueueAsync("""{"type":"nobody.does","queue":"ahead"}""");
            var job = await api.EnqueueAsync("""{"type":"nobody.does","queue":"ahead","priority":4,"limitKeys":["tenant:ahead"]}""");
            var explained = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).With(200);
            await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null);

            Assert.Equal(("position", before), (explained.Json.GetProperty("reasons")[0].GetProperty("code").GetString(), explained.Json.GetProperty("reasons")[0].GetProperty("detail").GetString()));
        }
    }

    [Fact]
    public async Task A_cancelled_job_says_so_and_workers_are_listed()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.echo","delay":"1h"}""");
        var workers = (await api.GetAsync("/api/v1/workers")).With(200).Json.GetProperty("items").EnumerateArray().ToArray();
        var able = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).Json.GetProperty("workers").EnumerateArray().Select(name => name.GetString());
        await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null);

        Assert.Equal("running", workers.Single().GetProperty("state").GetString());
        Assert.Equal([workers.Single().GetProperty("name").GetString()], able);
        Assert.Contains("cancelled", (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).Text, StringComparison.Ordinal);
    }
}
