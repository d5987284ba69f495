using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;
using JobService.Core.Enqueueing;
using Npgsql;

namespace JobService.Api.Tests.Jobs;

/// <summary>A request that is sent again is not done again.</summary>
public sealed class IdempotencyTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Body = """{"type":"nobody.does","payload":{"a": 1}}""";

    [Fact]
    public async Task A_hundred_identical_requests_at_once_are_one_job_and_one_answer()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => api.PostAsync(Calls.Jobs, """{"type":"twin.requests"}""", "Idempotency-Key: twins")));

        var first = answers[0].With(201);
        Assert.Single(answers.Select(answer => answer.Text).Distinct(StringComparer.Ordinal));
        Assert.All(answers, answer => Assert.Equal((201, $"/api/v1/jobs/{first.Id}"), (answer.Status, answer.Headers.Location!.ToString())));
        Assert.Single(answers, answer => !IsReplayed(answer));
        Assert.Equal(1, (await api.GetAsync($"{Calls.Jobs}?type=twin.requests")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Another_process_has_the_answer_too_whatever_became_of_the_job()
    {
        var first = await api.EnqueueAsync(Body, "Idempotency-Key: elsewhere");
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{first.Id}", body: null)).With(204);
        await using var other = new ApiServiceOnDatabaseOf(api);
        await other.InitializeAsync();

        var again = await other.PostAsync(Calls.Jobs, Body, "Idempotency-Key: elsewhere");

        Assert.Equal((201, first.Text, true), (again.Status, again.Text, IsReplayed(again)));
        Assert.Equal(first.ContentHeaders.ContentType, again.ContentHeaders.ContentType);
    }

    [Fact]
    public async Task Another_request_with_the_key_is_refused()
    {
        var first = await api.EnqueueAsync(Body, "Idempotency-Key: reused");

        (await api.PostAsync(Calls.Jobs, Body + " ", "Idempotency-Key: reused")).Problem(422, "idempotency-key-reused");
        (await api.PostAsync($"{Calls.Jobs}/{first.Id}/replay", null, "Idempotency-Key: reused")).Problem(422, "idempotency-key-reused");
        Assert.Equal(first.Text, (await api.PostAsync(Calls.Jobs, Body, "Idempotency-Key: reused")).With(201).Text);
    }

    [Fact]
    public async Task One_whose_first_is_still_under_way_is_told_when_to_ask_again()
    {
        await using (var first = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await first.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            // The key as it is kept while a request is being done.
            await using var hold = new NpgsqlCommand("INSERT INTO jobservice.job_keys (hash, review_at) VALUES ($1, jobservice.now())", first)
            {
                Parameters = { new() { Value = RequestKey.Of(actor: null, "slow", "POST", Calls.Jobs, default).Hash.Value } },
            };
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            var told = (await api.PostAsync(Calls.Jobs, Body, "Idempotency-Key: slow")).Problem(409, "idempotency-key-in-flight");
            Assert.Equal(TimeSpan.FromSeconds(1), told.Headers.RetryAfter!.Delta);
        }

        Assert.False(IsReplayed(await api.EnqueueAsync(Body, "Idempotency-Key: slow")));
    }

    [Fact]
    public async Task A_request_that_was_refused_may_be_sent_again()
    {
        (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does","priority":10}""", "Idempotency-Key: refused")).Problem(422, "invalid");
        var holder = await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"idempotent"}}""");
        const string rejected = """{"type":"nobody.does","unique":{"key":"idempotent","onConflict":"reject"}}""";
        (await api.PostAsync(Calls.Jobs, rejected, "Idempotency-Key: refused")).Problem(409, "unique-conflict");
        (await api.SendAsync("POST", $"{Calls.Jobs}/{holder.Id}/cancel", body: null)).With(200);

        Assert.False(IsReplayed(await api.EnqueueAsync(rejected, "Idempotency-Key: refused")));
    }

    [Fact]
    public async Task A_single_job_is_refused_as_it_is_without_the_header()
    {
        await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"single"}}""");
        const string rejected = """{"type":"nobody.does","unique":{"key":"single","onConflict":"reject"}}""";
        var expected = (await api.PostAsync(Calls.Jobs, rejected)).Problem(409, "unique-conflict");

        var refused = (await api.PostAsync(Calls.Jobs, rejected, "Idempotency-Key: single")).Problem(409, "unique-conflict");

        Assert.Equal(expected.Word("holder"), refused.Word("holder"));
        Assert.False(refused.Json.TryGetProperty("errors", out _));
    }

    [Fact]
    public async Task A_duplicate_is_answered_again_as_it_was_answered_first()
    {
        const string body = """{"type":"nobody.does","delay":"1h","unique":{"key":"kept"}}""";
        var holder = await api.EnqueueAsync(body);
        var first = (await api.PostAsync(Calls.Jobs, body, "Idempotency-Key: kept")).With(200);
        (await api.SendAsync("POST", $"{Calls.Jobs}/{holder.Id}/cancel", body: null)).With(200);
        var again = (await api.PostAsync(Calls.Jobs, body, "Idempotency-Key: kept")).With(200);

        Assert.Equal((holder.Id, first.Text, true), (first.Id, again.Text, IsReplayed(again)));
        Assert.True(first.Json.GetProperty("deduplicated").GetBoolean());
    }

    [Fact]
    public async Task Whoever_waits_sees_the_job_as_it_is_by_then()
    {
        const string body = """{"type":"demo.echo","payload":"waited for"}""";
        var first = (await api.PostAsync(Calls.Jobs, body, "Idempotency-Key: waits", Calls.UntilFinal)).With(200);
        var again = (await api.PostAsync(Calls.Jobs, body, "Idempotency-Key: waits", Calls.UntilFinal)).With(200);
        var hurried = (await api.PostAsync(Calls.Jobs, body, "Idempotency-Key: waits")).With(201);

        Assert.Equal((first.Id, "succeeded", true), (again.Id, again.Word("state"), IsReplayed(again)));
        Assert.Equal((first.Id, "queued"), (hurried.Id, hurried.Word("state")));
        Assert.False(again.Json.GetProperty("deduplicated").GetBoolean());
    }

    [Fact]
    public async Task Many_jobs_and_a_replay_are_enqueued_once_too()
    {
        const string bulk = """{"jobs":[{"type":"nobody.does"},{"type":"nobody.does","unique":{"key":"in bulk"}}]}""";
        var many = (await api.PostAsync(Calls.Jobs + "/bulk", bulk, "Idempotency-Key: bulk")).With(201);
        Assert.Equal(many.Text, (await api.PostAsync(Calls.Jobs + "/bulk", bulk, "Idempotency-Key: bulk")).With(201).Text);

        var job = await api.EnqueueAsync(Body);
        var replay = (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", null, "Idempotency-Key: replay")).With(201);
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{job.Id}", body: null)).With(204);
        Assert.Equal(replay.Text, (await api.PostAsync($"{Calls.Jobs}/{job.Id}/replay", null, "Idempotency-Key: replay")).With(201).Text);
    }

    [Fact]
    public async Task A_schedule_is_triggered_once()
    {
        (await api.PutAsync("once", """ "every":"1h","job":{"type":"nobody.does"} """)).With(201);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => api.PostAsync($"{ScheduleCalls.Schedules}/once/trigger", null, "Idempotency-Key: trigger")));

        Assert.Single(answers.Select(answer => answer.With(201).Text).Distinct(StringComparer.Ordinal));
        Assert.Single(answers, answer => !IsReplayed(answer));
        (await api.PostAsync($"{ScheduleCalls.Schedules}/never.was/trigger", null, "Idempotency-Key: nothing")).Problem(404, "not-found");
    }

    [Theory]
    [InlineData("Idempotency-Key: ")]
    [InlineData("Idempotency-Key: a b")]
    [InlineData("Idempotency-Key: a", "Idempotency-Key: b")]
    public async Task A_key_is_visible_and_one(params string[] headers) => (await api.PostAsync(Calls.Jobs, Body, headers)).Problem(400, "malformed");

    [Theory]
    [InlineData(255, 201)]
    [InlineData(256, 400)]
    public async Task A_key_has_up_to_255_characters(int length, int status) =>
        Assert.Equal(status, (await api.PostAsync(Calls.Jobs, Body, $"Idempotency-Key: {new string('k', length)}")).Status);

    [Fact]
    public async Task No_answer_is_kept_of_a_stream()
    {
        using var lines = new StringContent(Body);
        lines.Headers.ContentType = new("application/x-ndjson");
        (await api.SendAsync("POST", Calls.Jobs + "/bulk", lines, "Idempotency-Key: stream")).Problem(422, "invalid");
    }

    private static bool IsReplayed(Answer answer) => answer.Headers.TryGetValues("Idempotency-Replayed", out var values) && values.Single() is "true";

    private sealed class ApiServiceOnDatabaseOf(ApiService first) : ApiService
    {
        protected override string ConnectionString => first.Database.ConnectionString;
    }
}
