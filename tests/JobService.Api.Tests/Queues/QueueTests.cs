using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Queues;

public sealed class QueueTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Queues = "/api/v1/queues";

    [Fact]
    public async Task Settings_are_replaced_as_a_whole()
    {
        var made = (await api.SendAsync("PUT", $"{Queues}/settled", """{"weight":10,"retention":"2d","maxRunning":null,"rate":null,"maxDepth":null}""")).With(201);
        var again = (await api.SendAsync("PUT", $"{Queues}/settled", """{"weight":10,"retention":172800}""")).With(200);
        var replaced = (await api.SendAsync("PUT", $"{Queues}/settled", """{"weight":null}""")).With(200);

        Assert.Equal("/api/v1/queues/settled", made.Headers.Location!.ToString());
        Assert.Equal(made.Text, again.Text);
        Assert.Equal(("settled", "2d"), (made.Word("name"), made.Word("retention")));
        Assert.True(made.Is("weight", 10) && made.Is("paused", false) && replaced.Is("weight", 1) && replaced.Is("retention", null));
    }

    [Theory]
    [InlineData("""{"weight":0}""", "/weight")]
    [InlineData("""{"weight":1001,"retention":"59m"}""", "/weight /retention")]
    [InlineData("""{"retention":"soon"}""", "/retention")]
    [InlineData("""{"retention":"3651d"}""", "/retention")]
    [InlineData("""{"maxRunning":-1,"rate":{"limit":0,"per":"1s"},"maxDepth":0,"wieght":1}""", "/wieght /maxRunning /rate/limit /maxDepth")]
    [InlineData("""{"rate":{"per":"1s","each":1}}""", "/rate/each /rate/limit")]
    public async Task What_is_not_acceptable_is_refused(string body, string pointers) =>
        Assert.Equal(pointers, (await api.SendAsync("PUT", $"{Queues}/refused", body)).Pointers());

    [Fact]
    public async Task A_queue_says_how_it_is_served_beside_what_it_does()
    {
        const string settings = """{"maxRunning":20,"rate":{"limit":100,"per":"1m","burst":10},"weight":3,"maxDepth":1000,"retention":"2d"}""";
        var made = (await api.SendAsync("PUT", $"{Queues}/served", settings)).With(201);
        var shown = (await api.GetAsync($"{Queues}/served")).With(200);
        var limit = (await api.GetAsync("/api/v1/limits/queue:served")).With(200);

        foreach (var answer in new[] { made, shown })
        {
            Assert.True(answer.Is("maxRunning", 20) && answer.Is("weight", 3) && answer.Is("maxDepth", 1000));
            Assert.Equal("2d", answer.Word("retention"));
            Assert.Equal((100, "1m", 10), (answer.Json.GetProperty("rate").GetProperty("limit").GetInt32(), answer.Json.GetProperty("rate").GetProperty("per").GetString(), answer.Json.GetProperty("rate").GetProperty("burst").GetInt32()));
        }

        Assert.True(limit.Is("maxRunning", 20));
        Assert.True((await api.SendAsync("PUT", $"{Queues}/served", "{}")).With(200).Is("maxRunning", null));
        (await api.GetAsync("/api/v1/limits/queue:served")).Problem(404, "not-found");
    }

    [Fact]
    public async Task What_is_beyond_the_depth_of_a_queue_is_refused_until_there_is_room()
    {
        (await api.SendAsync("PUT", $"{Queues}/narrow", """{"maxDepth":2}""")).With(201);
        const string job = """{"type":"nobody.does","queue":"narrow"}""";
        (await api.PostAsync($"{Calls.Jobs}/bulk", $$"""{"jobs":[{{job}},{{job}}]}""")).With(201);

        var refused = (await api.PostAsync(Calls.Jobs, job)).Problem(429, "queue-full");
        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        Assert.Equal("The queue 'narrow' holds as many jobs as it may, 2; nothing was stored.", refused.Word("detail"));
        var several = (await api.PostAsync($"{Calls.Jobs}/bulk", $$"""{"jobs":[{"type":"nobody.does"},{{job}}]}""")).Problem(429, "queue-full");
        Assert.Equal(["/jobs/1/queue"], several.Json.GetProperty("errors").Words("pointer"));

        (await api.PostAsync($"{Queues}/narrow/purge", body: null)).With(200);
        (await api.PostAsync(Calls.Jobs, job)).With(201);
    }

    [Fact]
    public async Task A_queue_without_a_proper_name_or_that_was_never_used_is_not_there()
    {
        foreach (var call in (string[])["resume", "purge"])
        {
            (await api.PostAsync($"{Queues}/unused/{call}", body: null)).Problem(404, "not-found");
            (await api.PostAsync($"{Queues}/Upper/{call}", body: null)).Problem(404, "not-found");
        }

        Assert.Equal("name", (await api.PostAsync($"{Queues}/Upper/pause", body: null)).Pointers());
        Assert.Equal("name", (await api.SendAsync("PUT", $"{Queues}/Upper", "{}")).Pointers());
        Assert.Equal("/reasn", (await api.PostAsync($"{Queues}/unused/pause", """{"reasn":"x"}""")).Pointers());
        Assert.Equal("/reason", (await api.PostAsync($"{Queues}/unused/purge", $$"""{"reason":"{{new string('a', 1_025)}}"}""")).Pointers());
    }

    [Fact]
    public async Task A_job_of_a_paused_queue_says_so_and_runs_when_it_is_resumed()
    {
        var paused = (await api.PostAsync($"{Queues}/held/pause", """{"reason":"the mail server is down"}""")).With(200);
        var again = (await api.PostAsync($"{Queues}/held/pause", """{"reason":"other"}""")).With(200);
        var job = await api.EnqueueAsync("""{"type":"demo.echo","queue":"held"}""");
        var later = await api.EnqueueAsync("""{"type":"demo.echo","queue":"held","delay":"1h"}""");
        var explained = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/explain")).With(200).Json.GetProperty("reasons");

        Assert.Equal(paused.Text, again.Text);
        Assert.True(paused.Is("paused", true) && paused.Is("pausedReason", "the mail server is down"));
        Assert.Equal(["queue-paused", "next"], explained.Words("code"));
        Assert.EndsWith(": the mail server is down", explained[0].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["queue-paused", "scheduled"], (await api.GetAsync($"{Calls.Jobs}/{later.Id}/explain")).Json.GetProperty("reasons").Words("code"));

        var resumed = (await api.PostAsync($"{Queues}/held/resume", body: null)).With(200);
        Assert.True(resumed.Is("paused", false) && resumed.Is("pausedReason", null) && resumed.Is("pausedAt", null));
        Assert.Equal("succeeded", (await api.FinalAsync(job.Id)).Word("state"));
    }

    [Fact]
    public async Task A_purge_says_how_many_it_cancelled_and_each_job_says_why()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add((await api.EnqueueAsync($$"""{"type":"nobody.does","queue":"emptied"{{(i % 2 == 0 ? ",\"delay\":\"1h\"" : "")}}}""")).Id);

        var purged = (await api.PostAsync($"{Queues}/emptied/purge", """{"reason":"sent by mistake"}""")).With(200);
        var again = (await api.PostAsync($"{Queues}/emptied/purge", body: null)).With(200);

        Assert.True(purged.Is("cancelled", 5) && purged.Is("held", 0) && again.Is("cancelled", 0));
        Assert.Equal("emptied", purged.Json.GetProperty("queue").GetProperty("name").GetString());
        foreach (var id in ids)
        {
            var job = (await api.GetAsync($"{Calls.Jobs}/{id}")).With(200);
            Assert.Equal(("cancelled", "sent by mistake"), (job.Word("state"), job.Word("reason")));
        }
    }

    [Fact]
    public async Task While_a_claim_takes_too_long_a_pause_is_refused_for_now()
    {
        await using var connection = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var claim = connection.CreateCommand())
        {
            claim.CommandText = "SELECT jobservice.may_claim(0)";
            await claim.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var refused = (await api.PostAsync($"{Queues}/busy/pause", body: null)).Problem(503, "in-use");

        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());
        Assert.Contains("nothing was changed", refused.Word("detail"), StringComparison.Ordinal);
    }
}
