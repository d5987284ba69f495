using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Cancelling, changing, retrying, replaying, deleting and erasing jobs.</summary>
public sealed class SteeringTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Waiting = """{"type":"nobody.does","payload":{"n":1},"tags":{"a":"b"},"priority":7}""";
    private const string Unknown = "0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f";

    [Fact]
    public async Task A_job_that_waits_is_cancelled_at_once_and_again()
    {
        var job = await api.EnqueueAsync(Waiting);
        var cancelled = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", """{"reason":"no more"}""")).With(200);

        Assert.Equal(("cancelled", "no more"), (cancelled.Word("state"), cancelled.Word("reason")));
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(200);
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}/result")).Problem(409, "job-cancelled");
    }

    [Fact]
    public async Task A_job_that_runs_is_asked_to_stop_and_one_that_ended_is_left()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"60s"}}""");
        await api.UntilAsync(job.Id, "running");
        var asked = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(202);
        var ended = await api.FinalAsync(job.Id);
        var done = await api.RunAsync("""{"type":"demo.echo"}""");

        Assert.NotNull(asked.Word("cancelRequestedAt"));
        Assert.Equal(("cancelled", asked.Word("cancelRequestedAt")), (ended.Word("state"), ended.Word("cancelRequestedAt")));
        Assert.Equal("succeeded", (await api.PostAsync($"{Calls.Jobs}/{done.Id}/cancel", null)).Problem(409, "wrong-state").Word("from"));
    }

    [Fact]
    public async Task A_job_that_waits_is_changed_in_the_version_that_is_known()
    {
        var job = await api.EnqueueAsync(Waiting);
        var path = $"{Calls.Jobs}/{job.Id}";
        var tag = (await api.GetAsync(path)).ETag;
        var edited = (await api.SendAsync("PATCH", path, """{"priority":9,"queue":"other","payload":[2],"tags":{"c":"d"},"runAt":"2099-01-01T00:00:00Z"}""", $"If-Match: {tag}")).With(200);

        Assert.Equal(("scheduled", "other", "2099-01-01T00:00:00Z"), (edited.Word("state"), edited.Word("queue"), edited.Word("runAt")));
        Assert.Contains("\"payload\":[2],\"tags\":{\"c\":\"d\"}", edited.Text, StringComparison.Ordinal);
        Assert.NotEqual(tag, edited.ETag);
        (await api.SendAsync("PATCH", path, """{"priority":1}""", $"If-Match: {tag}")).Problem(412, "precondition-failed");
        (await api.SendAsync("PATCH", path, """{"priority":1}""", "If-Match: *")).With(200);
        (await api.SendAsync("PATCH", path, """{"priority":1}""", "If-Match: nonsense")).Problem(400, "malformed");
        (await api.SendAsync("PATCH", path, """{"priority":1}""", "If-Match:")).Problem(400, "malformed");
        (await api.SendAsync("PATCH", path, "{}")).Problem(422, "invalid");
    }

    [Theory]
    [InlineData("expiresAt")]
    [InlineData("deadline")]
    public async Task A_job_is_not_put_off_beyond_its_own_end(string end)
    {
        var job = await api.EnqueueAsync($$"""{"type":"nobody.does","runAt":"2098-01-01T00:00:00Z","{{end}}":"2099-01-01T00:00:00Z"}""");
        var path = $"{Calls.Jobs}/{job.Id}";
        var refused = (await api.SendAsync("PATCH", path, """{"runAt":"2099-01-01T00:00:01Z"}""")).Problem(422, "invalid");

        Assert.Equal("/runAt", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Contains(end, refused.Word("detail"), StringComparison.Ordinal);
        Assert.Equal(job.Text, (await api.GetAsync(path)).With(200).Text);
        Assert.Equal("2099-01-01T00:00:00Z", (await api.SendAsync("PATCH", path, """{"runAt":"2099-01-01T00:00:00Z"}""")).With(200).Word("runAt"));
        Assert.Equal("queued", (await api.SendAsync("PATCH", path, """{"runAt":"2020-01-01T00:00:00Z"}""")).With(200).Word("state"));
    }

    [Theory]
    [InlineData("POST", "/{id}/cancel", null)]
    [InlineData("POST", "/{id}/retry", null)]
    [InlineData("PATCH", "/{id}", """{"priority":1}""")]
    [InlineData("DELETE", "/{id}", null)]
    [InlineData("DELETE", "/{id}/payload", null)]
    public async Task An_idempotency_key_is_refused_wherever_something_would_change_and_no_answer_is_kept(string method, string path, string? body)
    {
        var job = await api.EnqueueAsync(Waiting);
        var refused = await api.SendAsync(method, Calls.Jobs + path.Replace("{id}", job.Id, StringComparison.Ordinal), body, "Idempotency-Key: k");

        Assert.Equal("Idempotency-Key", refused.Problem(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal(job.Text, (await api.GetAsync($"{Calls.Jobs}/{job.Id}", "Idempotency-Key: k")).With(200).Text);
    }

    [Theory]
    [InlineData("POST", "/api/v1/nothing", 404)]
    [InlineData("PUT", "/api/v1/jobs", 405)]
    [InlineData("POST", "/health/live", 405)]
    public async Task Where_nothing_could_change_an_idempotency_key_changes_nothing(string method, string path, int status) =>
        Assert.Equal(status, (await api.SendAsync(method, path, "{}", "Idempotency-Key: k")).Status);

    [Fact]
    public async Task A_job_that_runs_is_not_changed_nor_deleted_nor_erased()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"60s"}}""");
        await api.UntilAsync(job.Id, "running");

        (await api.SendAsync("PATCH", $"{Calls.Jobs}/{job.Id}", """{"priority":1}""")).Problem(409, "wrong-state");
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}", body: null)).Problem(409, "wrong-state");
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}/payload", body: null)).Problem(409, "wrong-state");
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", null)).Problem(409, "wrong-state");
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", null)).With(202);
    }

    [Fact]
    public async Task A_job_is_retried_by_hand_with_another_payload()
    {
        var job = await api.RunAsync("""{"type":"demo.fail","payload":{},"retry":{"maxAttempts":1}}""");
        var retried = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", """{"payload":{"message":"again"}}""")).With(200);
        var ended = await api.FinalAsync(job.Id);

        Assert.Equal(job.Id, retried.Id);
        Assert.Equal("again", ended.Json.GetProperty("lastError").GetProperty("message").GetString());
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", """{"delay":"1s"}""")).Problem(422, "invalid");
    }

    [Fact]
    public async Task A_replay_is_a_new_job_of_the_same_kind()
    {
        var job = await api.RunAsync("""{"type":"demo.echo","payload":{"n": 1},"tags":{"a":"b"},"metadata":{"m":2}}""");
        var replay = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", null)).With(201);
        var changed = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", """{"payload":{"n": 2}}""", Calls.UntilFinal)).With(200);

        Assert.Equal((job.Id, $"/api/v1/jobs/{replay.Id}"), (replay.Word("replayOf"), replay.Headers.Location!.ToString()));
        Assert.Contains("\"payload\":{\"n\": 1},\"tags\":{\"a\":\"b\"},\"limitKeys\":[],\"sequence\":null,\"metadata\":{\"m\":2}", replay.Text, StringComparison.Ordinal);
        Assert.Contains("\"result\":{\"n\": 2}", changed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_is_deleted_is_unknown()
    {
        var job = await api.EnqueueAsync(Waiting);
        var deleted = (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}", body: null)).With(204);

        Assert.Empty(deleted.Text);
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}")).Problem(404, "not-found");
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}", body: null)).Problem(404, "not-found");
    }

    [Fact]
    public async Task What_is_erased_is_gone_and_the_rest_stays()
    {
        var job = await api.RunAsync("""{"type":"demo.echo","payload":"secret"}""");
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}/payload", body: null)).With(204);
        var after = (await api.GetAsync($"{Calls.Jobs}/{job.Id}")).With(200);

        Assert.DoesNotContain("secret", after.Text, StringComparison.Ordinal);
        Assert.Equal("succeeded", after.Word("state"));
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}/result")).Problem(410, "gone");
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", null)).Problem(410, "gone");
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", null)).Problem(410, "gone");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/result")]
    [InlineData("GET", "/attempts")]
    [InlineData("GET", "/logs")]
    [InlineData("GET", "/timeline")]
    [InlineData("GET", "/explain")]
    [InlineData("GET", "/events")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/retry")]
    [InlineData("POST", "/replay")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("DELETE", "/payload")]
    public async Task An_unknown_job_is_not_found(string method, string path)
    {
        var body = method is "PATCH" ? """{"priority":1}""" : null;
        foreach (var id in (string[])[JustNow(), "nonsense", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "%F0%9F%98%80", "..%2Fjobs", new string('a', 2000), "ffffffff-ffff-7fff-bfff-ffffffffffff"])
            (await api.SendAsync(method, $"{Calls.Jobs}/{id}{path}", body)).Problem(404, "not-found");

        // Of an id that is older than any job, nobody can tell whether it was one.
        var old = await api.SendAsync(method, $"{Calls.Jobs}/{Unknown}{path}", body);
        Assert.True(old.Status is 404 or 410, old.Text);
    }

    [Fact]
    public async Task An_edit_that_is_refused_makes_no_queue()
    {
        var final = (await api.RunAsync("""{"type":"demo.echo"}""")).Id;
        (await api.SendAsync("PATCH", $"{Calls.Jobs}/{JustNow()}", """{"queue":"steering.none"}""")).Problem(404, "not-found");
        (await api.SendAsync("PATCH", $"{Calls.Jobs}/{final}", """{"queue":"steering.none"}""")).Problem(409, "wrong-state");
        var ending = (await api.EnqueueAsync("""{"type":"nobody.does","delay":"1h","expiresAt":"2098-01-01T00:00:00Z"}""")).Id;
        (await api.SendAsync("PATCH", $"{Calls.Jobs}/{ending}", """{"queue":"steering.none","runAt":"2099-01-01T00:00:00Z"}""")).Problem(422, "invalid");

        (await api.GetAsync("/api/v1/queues/steering.none")).Problem(404, "not-found");
    }

    private static string JustNow() => Guid.CreateVersion7().ToString();
}
