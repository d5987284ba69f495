using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>Jobs that are the only ones of their kind, over HTTP.</summary>
public sealed class UniqueTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Bulk = Calls.Jobs + "/bulk";

    [Fact]
    public async Task The_job_that_holds_the_key_is_the_answer()
    {
        const string body = """{"type":"nobody.does","payload":{"user":42},"unique":{"paths":["/user"]}}""";
        var first = await api.EnqueueAsync(body);
        var second = (await api.PostAsync(Calls.Jobs, body.Replace("42", "42.0", StringComparison.Ordinal))).With(200);
        var third = (await api.PostAsync(Calls.Jobs, body, "Prefer: wait=0")).With(202);

        Assert.Equal([first.Id, first.Id], [second.Id, third.Id]);
        Assert.Equal([false, true, true], new[] { first, second, third }.Select(IsDeduplicated));
        Assert.Equal($"/api/v1/jobs/{first.Id}", second.Headers.Location!.ToString());
        Assert.NotEqual(first.Id, (await api.EnqueueAsync(body.Replace("42", "43", StringComparison.Ordinal))).Id);
        Assert.False(IsDeduplicated(await api.GetAsync($"{Calls.Jobs}/{first.Id}")));
    }

    [Fact]
    public async Task A_conflict_names_the_holder()
    {
        var first = await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"named"}}""");
        var refused = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does","unique":{"key":"named","onConflict":"reject"}}""")).Problem(409, "unique-conflict");
        var other = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.else","unique":{"key":"named"}}""")).Problem(409, "unique-conflict");

        Assert.Equal([first.Id, first.Id], [refused.Word("holder"), other.Word("holder")]);
        (await api.SendAsync("POST", $"{Calls.Jobs}/{first.Id}/cancel", body: null)).With(200);
        var second = await api.EnqueueAsync("""{"type":"nobody.does","unique":{"key":"named"}}""");
        Assert.Equal(second.Id, (await api.PostAsync($"{Calls.Jobs}/{first.Id}/retry", null)).Problem(409, "unique-conflict").Word("holder"));
    }

    [Fact]
    public async Task A_holder_is_replaced_put_off_and_superseded()
    {
        var first = await api.EnqueueAsync("""{"type":"nobody.does","delay":"1h","unique":{"key":"changed"}}""");
        var replaced = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does","payload":2,"priority":9,"delay":"2h","unique":{"key":"changed","onConflict":"replace"}}""")).With(200);
        var putOff = (await api.PostAsync(Calls.Jobs, """{"type":"nobody.does","payload":3,"delay":"3h","unique":{"key":"changed","onConflict":"debounce"}}""")).With(200);
        var superseding = await api.EnqueueAsync("""{"type":"nobody.does","payload":4,"unique":{"key":"changed","onConflict":"supersede"}}""");

        Assert.Equal([first.Id, first.Id], [replaced.Id, putOff.Id]);
        Assert.Equal((2, 9), (replaced.Json.GetProperty("payload").GetInt32(), replaced.Json.GetProperty("priority").GetInt32()));
        Assert.True(replaced.Json.GetProperty("runAt").GetDateTimeOffset() < putOff.Json.GetProperty("runAt").GetDateTimeOffset());
        Assert.Equal(2, putOff.Json.GetProperty("payload").GetInt32());
        Assert.NotEqual(first.Id, superseding.Id);
        Assert.Equal("cancelled", (await api.GetAsync($"{Calls.Jobs}/{first.Id}")).With(200).Word("state"));
    }

    [Fact]
    public async Task A_holder_that_runs_is_asked_to_stop_when_it_is_superseded()
    {
        var first = await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"60s"},"unique":{"key":"runs"}}""");
        await api.UntilAsync(first.Id, "running");
        await api.EnqueueAsync("""{"type":"demo.sleep","payload":{"duration":"0s"},"unique":{"key":"runs","onConflict":"supersede"}}""");

        Assert.Equal("cancelled", (await api.FinalAsync(first.Id)).Word("state"));
    }

    [Fact]
    public async Task Many_at_once_are_stored_with_what_each_came_to_or_not_at_all()
    {
        var answer = (await api.PostAsync(Bulk, """{"jobs":[{"type":"nobody.does","unique":{"key":"b"}},{"type":"nobody.does"},{"type":"nobody.does","unique":{"key":"b"}}]}""")).With(201);
        var items = answer.Json.GetProperty("items").EnumerateArray().ToArray();
        var refused = (await api.PostAsync(Bulk, """{"jobs":[{"type":"bulk.unique"},{"type":"nobody.does","unique":{"key":"b","onConflict":"reject"}}]}""")).Problem(409, "unique-conflict");

        Assert.Equal([false, false, true], items.Select(item => item.GetProperty("deduplicated").GetBoolean()));
        Assert.Equal(items[0].GetProperty("id").GetString(), items[2].GetProperty("id").GetString());
        Assert.Equal("/jobs/1/unique", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal(0, (await api.GetAsync($"{Calls.Jobs}?type=bulk.unique")).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task One_that_would_have_held_the_key_and_was_not_stored_is_told_by_its_place()
    {
        var refused = (await api.PostAsync(Bulk, """{"jobs":[{"type":"nobody.does"},{"type":"nobody.does","unique":{"key":"own"}},{"type":"nobody.does","unique":{"key":"own","onConflict":"reject"}}]}"""))
            .Problem(409, "unique-conflict");

        Assert.False(refused.Json.TryGetProperty("holder", out _));
        Assert.Equal("/jobs/2/unique", refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        Assert.Equal("/jobs/1 of the same request has the same unique key.", refused.Word("detail"));
    }

    [Fact]
    public async Task Each_line_of_a_stream_is_told_what_it_came_to()
    {
        using var lines = new StringContent(string.Join('\n', Enumerable.Repeat("""{"type":"nobody.does","unique":{"key":"s"}}""", 3).Append("""{"type":"nobody.does","unique":{"key":"s","onConflict":"reject"}}""").Append("""{"type":"nobody.does"}""")));
        lines.Headers.ContentType = new("application/x-ndjson");
        var answers = (await api.SendAsync("POST", Bulk, lines)).With(200).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();

        Assert.Equal([201, 200, 200, 409, 201], answers.Select(answer => answer.GetProperty("status").GetInt32()));
        Assert.Single(answers.Take(3).Select(answer => answer.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_validation_tells_of_the_holder_and_takes_no_key()
    {
        const string body = """{"type":"nobody.does","unique":{"key":"planned","scope":"window","window":"10m"}}""";
        var free = (await api.PostAsync($"{Calls.Jobs}/validate", body)).With(200);
        var first = await api.EnqueueAsync(body);
        var held = (await api.PostAsync($"{Calls.Jobs}/validate", body)).With(200);

        Assert.Equal((false, null), (IsDeduplicated(free), free.Word("deduplicatedBy")));
        Assert.Equal((true, first.Id), (IsDeduplicated(held), held.Word("deduplicatedBy")));
        Assert.Equal(("window", "10m", "return"), (held.Json.GetProperty("unique").GetProperty("scope").GetString(), held.Json.GetProperty("unique").GetProperty("window").GetString(), held.Json.GetProperty("unique").GetProperty("onConflict").GetString()));
        (await api.PostAsync($"{Calls.Jobs}/validate", body.Replace("10m\"", "10m\",\"onConflict\":\"reject\"", StringComparison.Ordinal))).Problem(409, "unique-conflict");
    }

    [Fact]
    public async Task A_replay_is_as_unique_as_its_original()
    {
        var first = await api.RunAsync("""{"type":"demo.echo","payload":{"user":1},"unique":{"paths":["/user"]}}""");
        var second = (await api.PostAsync($"{Calls.Jobs}/{first.Id}/replay", """{"delay":"1h"}""")).With(201);
        var third = (await api.PostAsync($"{Calls.Jobs}/{first.Id}/replay", """{"delay":"1h"}""")).With(200);
        var fourth = (await api.PostAsync($"{Calls.Jobs}/{first.Id}/replay", """{"delay":"1h","payload":{"user":2}}""")).With(201);

        Assert.Equal([second.Id, first.Id], [third.Id, second.Word("replayOf")]);
        Assert.NotEqual(second.Id, fourth.Id);
        Assert.Equal("/unique/paths/0", (await api.PostAsync($"{Calls.Jobs}/{first.Id}/replay", """{"payload":{}}""")).Problem(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task A_replay_of_a_job_that_debounces_puts_nothing_off_unless_it_is_asked_to()
    {
        var original = await api.RunAsync("""{"type":"demo.echo","delay":"0s","unique":{"key":"debounced","onConflict":"debounce"}}""");
        var replay = $"{Calls.Jobs}/{original.Id}/replay";

        var later = (await api.PostAsync(replay, """{"delay":"1h"}""")).With(201);
        var joined = (await api.PostAsync(replay, "{}")).With(200);
        (await api.PostAsync($"{Calls.Jobs}/{later.Id}/cancel", "{}")).With(200);

        Assert.Equal((later.Id, later.Word("runAt")), (joined.Id, joined.Word("runAt")));
        (await api.PostAsync(replay, "{}")).With(201);
        Assert.Equal("/delay", (await api.PostAsync(replay, """{"unique":{"key":"other","onConflict":"debounce"}}""")).Problem(422, "invalid").Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Fact]
    public async Task A_holder_that_is_gone_is_told_of_where_its_key_outlasts_it()
    {
        const string body = """{"type":"nobody.does","unique":{"key":"outlasts","scope":"forever"}}""";
        var first = await api.EnqueueAsync(body);
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{first.Id}", body: null)).With(204);

        Assert.Contains(first.Id, (await api.PostAsync(Calls.Jobs, body)).Problem(410, "gone").Word("detail"), StringComparison.Ordinal);
    }

    private static bool IsDeduplicated(Answer answer) => answer.Json.GetProperty("deduplicated").GetBoolean();
}
