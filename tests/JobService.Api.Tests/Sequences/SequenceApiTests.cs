using System.Text.Json;
using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Sequences;

/// <summary>Jobs of a key over HTTP: they run in their order, a failure holds the others up, and people see to it.</summary>
public sealed class SequenceApiTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Sequences = "/api/v1/sequences";

    [Fact]
    public async Task Jobs_of_a_bulk_run_one_after_the_other_in_the_order_of_its_items()
    {
        var job = """{"type": "demo.echo", "sequence": "ordered"}""";
        var bulk = (await api.PostAsync($"{Calls.Jobs}/bulk", $$"""{"jobs": [{{string.Join(',', Enumerable.Repeat(job, 5))}}]}""")).With(201);
        var ids = bulk.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToArray();

        var jobs = new List<JsonElement>();
        foreach (var id in ids)
            jobs.Add((await api.FinalAsync(id)).Json);

        Assert.All(jobs, one => Assert.Equal("succeeded", one.GetProperty("state").GetString()));
        Assert.All(jobs.Zip(jobs.Skip(1)), pair => Assert.True(Time(pair.First, "finishedAt") <= Time(pair.Second, "startedAt")));
        Assert.Equal("""{"key":"ordered","onFailure":"block"}""", jobs[0].GetProperty("sequence").GetRawText());

        // It is over once the end of the last has been seen to.
        while ((await api.GetAsync($"{Sequences}/ordered")).Status != 404)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
    }

    [Fact]
    public async Task Lines_of_a_stream_and_single_calls_keep_their_order()
    {
        var line = """{"type": "demo.echo", "sequence": {"key": "streamed", "onFailure": "skip"}}""";
        using var lines = new StringContent(string.Join('\n', Enumerable.Repeat(line, 4)), new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson"));
        var streamed = (await api.SendAsync("POST", $"{Calls.Jobs}/bulk", lines)).With(200).Text
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(text => JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!).ToArray();
        var last = (await api.RunAsync(line)).Json;

        var ended = new List<JsonElement>();
        foreach (var id in streamed)
            ended.Add((await api.FinalAsync(id)).Json);
        ended.Add(last);
        Assert.All(ended.Zip(ended.Skip(1)), pair => Assert.True(Time(pair.First, "finishedAt") <= Time(pair.Second, "startedAt")));
    }

    [Fact]
    public async Task A_failure_holds_the_others_up_until_someone_resumes_the_sequence()
    {
        var failing = (await api.RunAsync("""{"type": "demo.fail", "payload": {}, "retry": {"maxAttempts": 1}, "sequence": "held-1"}""")).Word("id")!;
        var next = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "held-1"}""")).With(201);
        var id = next.Word("id")!;
        var held = await UntilAsync("held-1", sequence => sequence.GetProperty("heldAt").ValueKind is JsonValueKind.String);

        Assert.Equal("blocked", next.Word("state"));
        Assert.Equal($$"""{"id":"{{failing}}","state":"failed"}""", held.GetProperty("head").GetRawText());
        Assert.Equal((2, id), (held.GetProperty("length").GetInt32(), held.GetProperty("next")[0].GetString()));
        Assert.Contains(id, (await api.GetAsync($"{Calls.Jobs}?state=blocked")).With(200).Text, StringComparison.Ordinal);
        Assert.Contains("\"sequence-held\"", (await api.GetAsync($"{Calls.Jobs}/{id}/explain")).With(200).Text, StringComparison.Ordinal);
        Assert.Contains("\"holds-sequence\"", (await api.GetAsync($"{Calls.Jobs}/{failing}/explain")).With(200).Text, StringComparison.Ordinal);
        Assert.Equal(["held-1"], (await api.PagesAsync($"{Sequences}?prefix=held-&held=true")).SelectMany(page => page).Select(one => one.GetProperty("key").GetString()));

        // Another job than the one that holds it up is not passed over.
        var same = (await api.PostAsync($"{Sequences}/held-1/resume", $$"""{"job": "{{id}}"}""")).With(200);
        Assert.Equal(failing, same.Json.GetProperty("head").GetProperty("id").GetString());
        (await api.PostAsync($"{Sequences}/held-1/resume", $$"""{"job": "{{failing}}", "reason": "not worth it"}""")).With(200);

        Assert.Equal("succeeded", (await api.FinalAsync(id)).Word("state"));
        var told = (await api.GetAsync($"{Calls.Jobs}/{failing}/timeline")).With(200).Json.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["held", "passed"], told.Select(item => item.GetProperty("what").GetString()).TakeLast(2));
        Assert.Equal("not worth it", told[^1].GetProperty("detail").GetString());
        Assert.Contains(
            (await api.GetAsync($"{Calls.Jobs}/{id}/timeline")).With(200).Json.GetProperty("items").EnumerateArray(), item => item.GetProperty("what").GetString() is "unblocked");
    }

    [Fact]
    public async Task A_failure_is_seen_to_by_a_retry_in_its_turn_or_by_its_deletion()
    {
        var failing = (await api.RunAsync("""{"type": "demo.fail", "payload": {}, "retry": {"maxAttempts": 1}, "sequence": "held-2"}""")).Word("id")!;
        var next = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "held-2"}""")).Word("id")!;
        await UntilAsync("held-2", sequence => sequence.GetProperty("heldAt").ValueKind is JsonValueKind.String);

        (await api.PostAsync($"{Calls.Jobs}/{failing}/retry", null)).With(200);
        await UntilAsync("held-2", sequence => sequence.GetProperty("heldAt").ValueKind is JsonValueKind.String);
        Assert.Equal("blocked", (await api.GetAsync($"{Calls.Jobs}/{next}")).Word("state"));
        (await api.SendAsync("DELETE", $"{Calls.Jobs}/{failing}", body: (string?)null)).With(204);

        Assert.Equal("succeeded", (await api.FinalAsync(next)).Word("state"));
    }

    [Fact]
    public async Task One_that_waits_for_a_job_that_is_no_longer_kept_is_told_what_can_still_be_done()
    {
        var failing = (await api.RunAsync("""{"type": "demo.fail", "payload": {}, "retry": {"maxAttempts": 1}, "sequence": "removed-1"}""")).Word("id")!;
        var next = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "removed-1"}""")).Word("id")!;
        await UntilAsync("removed-1", sequence => sequence.GetProperty("heldAt").ValueKind is JsonValueKind.String);
        Assert.Contains("retry or delete that job, or resume the sequence.", (await api.GetAsync($"{Calls.Jobs}/{next}/explain")).Text, StringComparison.Ordinal);

        // As retention does.
        foreach (var table in (string[])["finished_jobs", "jobs"])
            await api.Database.ExecuteAsync($"DELETE FROM jobservice.{table} WHERE id = $1", Guid.Parse(failing));
        Assert.Contains(
            "That job is no longer kept, so it can be neither retried nor deleted: resume the sequence.", (await api.GetAsync($"{Calls.Jobs}/{next}/explain")).Text, StringComparison.Ordinal);

        (await api.PostAsync($"{Sequences}/removed-1/resume", $$"""{"job": "{{failing}}"}""")).With(200);
        Assert.Equal("succeeded", (await api.FinalAsync(next)).Word("state"));
    }

    [Fact]
    public async Task One_that_waits_is_explained_cancelled_edited_and_replayed_as_any_other()
    {
        var head = (await api.EnqueueAsync("""{"type": "demo.sleep", "payload": {"duration": "1h"}, "timeout": "2h", "sequence": "waiting"}""")).Word("id")!;
        await api.UntilAsync(head, "running");
        var first = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "waiting"}""")).Word("id")!;
        var second = (await api.EnqueueAsync("""{"type": "demo.echo", "sequence": "waiting"}""")).Word("id")!;

        Assert.Contains($"It waits for job {head} of sequence 'waiting', with 2 jobs before it.", (await api.GetAsync($"{Calls.Jobs}/{second}/explain")).Text, StringComparison.Ordinal);
        Assert.Equal("blocked", (await api.SendAsync("PATCH", $"{Calls.Jobs}/{second}", """{"priority": 9}""")).With(200).Word("state"));
        Assert.Equal("cancelled", (await api.PostAsync($"{Calls.Jobs}/{first}/cancel", null)).With(200).Word("state"));
        var replayed = (await api.PostAsync($"{Calls.Jobs}/{first}/replay", null)).With(201);
        Assert.Equal("blocked", replayed.Word("state"));
        Assert.Equal("blocked", (await api.PostAsync($"{Calls.Jobs}/{first}/retry", null)).With(200).Word("state"));
        Assert.Equal(4, (await api.GetAsync($"{Sequences}/waiting")).With(200).Json.GetProperty("length").GetInt32());

        (await api.PostAsync($"{Calls.Jobs}/{head}/cancel", null)).With(202);
        foreach (var id in (string[])[second, replayed.Word("id")!, first])
            Assert.Equal("succeeded", (await api.FinalAsync(id)).Word("state"));
    }

    [Fact]
    public async Task What_would_become_of_a_job_tells_its_sequence()
    {
        var told = (await api.PostAsync($"{Calls.Jobs}/validate", """{"type": "demo.echo", "sequence": {"key": "told", "onFailure": "skip"}}""")).With(200).Json;

        Assert.Equal("""{"key":"told","onFailure":"skip"}""", told.GetProperty("sequence").GetRawText());
        (await api.GetAsync($"{Sequences}/told")).Problem(404, "not-found");
    }

    [Fact]
    public async Task Sequences_are_listed_page_by_page()
    {
        foreach (var key in (string[])["page-b", "page-a", "page-c"])
            (await api.EnqueueAsync($$"""{"type": "nobody.does", "sequence": "{{key}}"}""")).With(201);

        var pages = await api.PagesAsync($"{Sequences}?limit=2&prefix=page-&held=false");

        Assert.Equal([2, 1], pages.Select(page => page.Count));
        Assert.Equal(["page-a", "page-b", "page-c"], pages.SelectMany(page => page).Select(sequence => sequence.GetProperty("key").GetString()));
    }

    [Theory]
    [InlineData("prefix=a%20b", 422, "invalid", "prefix")]
    [InlineData("held=yes", 422, "invalid", "held")]
    [InlineData("limit=0", 422, "invalid", "limit")]
    [InlineData("hold=true", 422, "invalid", "hold")]
    [InlineData("cursor=%2A", 400, "malformed", "cursor")]
    public async Task A_query_that_is_not_understood_is_refused(string query, int status, string problem, string pointer)
    {
        var answer = await api.GetAsync($"{Sequences}?{query}");

        answer.Problem(status, problem);
        Assert.Equal(pointer, answer.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }

    [Theory]
    [InlineData("""{"job": "42"}""", "/job")]
    [InlineData("""{"jobs": []}""", "/jobs")]
    public async Task A_resume_that_is_not_understood_is_refused(string body, string pointer) =>
        Assert.Equal(pointer, (await api.PostAsync($"{Sequences}/any/resume", body)).Pointers());

    [Fact]
    public async Task A_resume_that_is_repeated_when_no_job_is_left_changes_nothing()
    {
        var failing = (await api.RunAsync("""{"type": "demo.fail", "payload": {}, "retry": {"maxAttempts": 1}, "sequence": "repeated-1"}""")).Word("id")!;
        await UntilAsync("repeated-1", sequence => sequence.GetProperty("heldAt").ValueKind is JsonValueKind.String);

        for (var i = 0; i < 2; i++)
        {
            var answer = (await api.PostAsync($"{Sequences}/repeated-1/resume", $$"""{"job": "{{failing}}"}""")).With(200).Json;
            Assert.Equal((JsonValueKind.Null, 0), (answer.GetProperty("head").ValueKind, answer.GetProperty("length").GetInt32()));
        }

        (await api.PostAsync($"{Sequences}/repeated-2/resume", $$"""{"job": "{{failing}}"}""")).Problem(404, "not-found");
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("%20")]
    public async Task A_sequence_without_jobs_is_not_found(string key)
    {
        (await api.GetAsync($"{Sequences}/{key}")).Problem(404, "not-found");
        (await api.PostAsync($"{Sequences}/{key}/resume", null)).Problem(404, "not-found");
    }

    private async Task<JsonElement> UntilAsync(string key, Func<JsonElement, bool> isSo)
    {
        while (true)
        {
            var sequence = (await api.GetAsync($"{Sequences}/{key}")).With(200).Json;
            if (isSo(sequence))
                return sequence;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static DateTimeOffset Time(JsonElement job, string member) => job.GetProperty(member).GetDateTimeOffset();
}
