using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Enqueueing one job, and waiting for it.</summary>
public sealed class EnqueueTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task A_job_is_enqueued_and_found_where_the_answer_says()
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does","queue":"high","priority":9,"tags":{"tenant":"42"},"metadata":{"a": 1}}""");
        var location = job.Headers.Location!.ToString();
        var found = (await api.GetAsync(location)).With(200);

        Assert.Equal($"/api/v1/jobs/{job.Id}", location);
        Assert.Equal(job.Text, found.Text);
        Assert.Equal(("queued", "high", "nobody.does"), (found.Word("state"), found.Word("queue"), found.Word("type")));
        Assert.Contains("\"metadata\":{\"a\": 1}", found.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("0.10")]
    [InlineData("\"\\u0000\"", 400)]
    [InlineData("\"\\ud800\"", 400)]
    [InlineData("\"\\\\u0000\"")]
    [InlineData("{\"b\": 1,  \"a\": [1e400, -0, \"\\u00e4\\uD83D\\uDE00/\\/\"]}")]
    [InlineData("[ ]")]
    public async Task An_echo_is_the_payload_byte_for_byte(string payload, int status = 200)
    {
        var job = await api.PostAsync(Calls.Jobs, $$"""{"type":"demo.echo","payload":{{payload}}}""", Calls.UntilFinal);
        if (status != 200)
        {
            job.Problem(status, "malformed");
            return;
        }

        var result = await api.GetAsync($"{Calls.Jobs}/{job.With(200).Id}/result");
        Assert.Equal("succeeded", job.Word("state"));
        Assert.Equal(payload, result.With(200).Text);
        Assert.Contains($"\"result\":{payload},", job.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_ends_with_the_job_or_says_where_to_ask_again()
    {
        var done = (await api.PostAsync(Calls.Jobs, """{"type":"demo.echo"}""", "Prefer: wait=30")).With(200);
        var open = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does"}""", "Prefer: wait=0")).With(202);

        Assert.Equal("wait=30", Assert.Single(done.Headers.GetValues("Preference-Applied")));
        Assert.Equal("wait=0", Assert.Single(open.Headers.GetValues("Preference-Applied")));
        Assert.Equal($"/api/v1/jobs/{open.Id}", open.Headers.Location!.ToString());
        Assert.Equal("1", open.Headers.RetryAfter!.ToString());
    }

    [Fact]
    public async Task A_result_is_waited_for()
    {
        var open = await api.EnqueueAsync("""{"type":"nobody.does"}""");
        var notYet = (await api.GetAsync($"{Calls.Jobs}/{open.Id}/result")).With(202);
        var slow = await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"100ms"}}""");

        Assert.Equal($"/api/v1/jobs/{open.Id}/result", notYet.Headers.Location!.ToString());
        Assert.NotNull(notYet.Headers.RetryAfter);
        Assert.Equal("null", (await api.GetAsync($"{Calls.Jobs}/{slow.Id}/result", Calls.UntilFinal)).With(200).Text);
    }

    [Fact]
    public async Task A_validation_stores_nothing()
    {
        var before = (await api.GetAsync(Calls.Jobs)).Json.GetProperty("items").GetArrayLength();
        var plan = (await api.PostAsync($"{Calls.Jobs}/validate", """{"type":"a","timeout":30,"retry":{"maxAttempts":3}}""")).With(200);

        Assert.Equal(("default", "default"), (plan.Word("queue"), plan.Word("routedBy")));
        Assert.Equal("1m", plan.Json.GetProperty("timeout").GetProperty("hard").GetString());
        Assert.Equal(3, plan.Json.GetProperty("retry").GetProperty("maxAttempts").GetInt32());
        Assert.Equal(before, (await api.GetAsync(Calls.Jobs)).Json.GetProperty("items").GetArrayLength());
        (await api.PostAsync($"{Calls.Jobs}/validate", """{"type":"A"}""")).Problem(422, "invalid");
    }

    [Fact]
    public async Task A_version_that_is_known_is_not_sent_again()
    {
        var job = await api.RunAsync("""{"type":"demo.echo"}""");
        var first = (await api.GetAsync($"{Calls.Jobs}/{job.Id}")).With(200);
        var again = await api.GetAsync($"{Calls.Jobs}/{job.Id}", $"If-None-Match: {first.ETag}");

        Assert.Equal((304, "", first.ETag), (again.Status, again.Text, again.ETag));
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}", "If-None-Match: W/\"other\"")).With(200);
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}", "If-None-Match: nonsense")).Problem(400, "malformed");
    }

    [Fact]
    public async Task A_trace_is_accepted() =>
        await api.EnqueueAsync("""{"type":"nobody.does"}""", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
}
