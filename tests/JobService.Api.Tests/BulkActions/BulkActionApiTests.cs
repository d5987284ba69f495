using System.Text.Json;
using JobService.Api.Tests.Service;
using Npgsql;

namespace JobService.Api.Tests.BulkActions;

public sealed class BulkActionApiTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Actions = "/api/v1/bulk-actions";

    [Fact]
    public async Task A_dry_run_counts_and_shows_and_changes_nothing_and_the_action_does_what_it_said()
    {
        var run = Guid.NewGuid().ToString("N");
        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
            ids.Insert(0, (await api.EnqueueAsync($$"""{"type":"bulk.one","tags":{"run":"{{run}}"} }""")).Id!);
        await api.EnqueueAsync("""{"type":"bulk.other"}""");
        var request = $$"""{"action":"cancel","reason":"enough","filter":{"type":"bulk.*","tag":"run:{{run}}"} """;

        var dry = (await api.PostAsync(Actions, request + ", \"dryRun\": true}")).With(200).Json;

        Assert.Equal(12, dry.GetProperty("matched").GetInt64());
        Assert.False(dry.GetProperty("partial").GetBoolean());
        Assert.Equal(ids.Take(10), dry.GetProperty("sample").EnumerateArray().Select(job => job.GetProperty("id").GetString()));
        Assert.Equal("queued", (await api.GetAsync($"{Calls.Jobs}/{ids[0]}")).Word("state"));

        var created = (await api.PostAsync(Actions, request + "}")).With(202);
        Assert.Equal($"{Actions}/{created.Id}", created.Headers.Location!.OriginalString);
        var done = await DoneAsync(created.Id!);
        Assert.Equal(("succeeded", 12, 12, 12, 0), (done.Word("state"), Number(done, "total"), Number(done, "matched"), Number(done, "acted"), Number(done, "refused")));
        foreach (var id in ids)
        {
            var job = (await api.GetAsync($"{Calls.Jobs}/{id}")).With(200);
            Assert.Equal(("cancelled", "enough"), (job.Word("state"), job.Word("reason")));
        }

        var timeline = (await api.GetAsync($"{Calls.Jobs}/{ids[0]}/timeline")).With(200).Text;
        Assert.Contains($"bulk:{created.Id}", timeline, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_action_does_its_work_over_HTTP()
    {
        var run = Guid.NewGuid().ToString("N");
        var filter = $$"""{"tag":["run:{{run}}"]}""";
        var id = (await api.EnqueueAsync($$"""{"type":"bulk.each","tags":{"run":"{{run}}"} }""")).Id!;

        await ActAsync($$"""{"action":"move","queue":"bulk.away","filter":{{filter}} }""", acted: 1);
        Assert.Equal("bulk.away", (await api.GetAsync($"{Calls.Jobs}/{id}")).Word("queue"));
        await ActAsync($$"""{"action":"cancel","filter":{{filter}} }""", acted: 1);
        await ActAsync($$"""{"action":"retry","filter":{{filter}} }""", acted: 1);
        Assert.Equal("queued", (await api.GetAsync($"{Calls.Jobs}/{id}")).Word("state"));
        await ActAsync($$"""{"action":"replay","filter":{"tag":"run:{{run}}","state":["queued"]} }""", acted: 1);
        await ActAsync($$"""{"action":"delete","filter":{"tag":"run:{{run}}","state":"queued,failed"} }""", acted: 2);
        (await api.GetAsync($"{Calls.Jobs}/{id}")).With(404);
    }

    [Fact]
    public async Task A_paced_action_can_be_watched_and_aborted()
    {
        var run = Guid.NewGuid().ToString("N");
        for (var i = 0; i < 3; i++)
            await api.EnqueueAsync($$"""{"type":"bulk.slow","tags":{"run":"{{run}}"} }""");
        var created = (await api.PostAsync(Actions, $$"""{"action":"cancel","filter":{"tag":"run:{{run}}"},"pace":{"limit":1,"per":"1h"} }""")).With(202);
        Assert.Equal("1h", created.Json.GetProperty("pace").GetProperty("per").GetString());

        var running = await UntilAsync(created.Id!, action => action.GetProperty("acted").GetInt64() == 1);
        Assert.Equal("running", running.GetProperty("state").GetString());
        Assert.NotEqual(JsonValueKind.Null, running.GetProperty("estimatedEndAt").ValueKind);
        Assert.True(running.GetProperty("perSecond").GetDouble() >= 0);
        Assert.Equal(JsonValueKind.Null, running.GetProperty("finishedAt").ValueKind);

        var aborted = (await api.PostAsync($"{Actions}/{created.Id}/abort", body: null)).With(200);
        Assert.Equal(("aborted", 1), (aborted.Word("state"), Number(aborted, "acted")));
        (await api.PostAsync($"{Actions}/{created.Id}/abort", "{}")).With(200);
        var items = (await api.GetAsync($"{Actions}?limit=1")).With(200).Json.GetProperty("items").EnumerateArray();
        Assert.Single(items);
    }

    [Fact]
    public async Task Pages_lead_through_all_actions_newest_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, (await api.PostAsync(Actions, """{"action":"cancel","filter":{"type":"bulk.none"}}""")).With(202).Id!);

        var seen = new List<string?>();
        var cursor = "";
        while (seen.Count < 5)
        {
            var page = (await api.GetAsync($"{Actions}?limit=2{cursor}")).With(200).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            cursor = $"&cursor={page.GetProperty("nextCursor").GetString()}";
        }

        Assert.Equal(ids, seen.Take(5));
        (await api.GetAsync($"{Actions}?cursor=none")).Problem(400, "malformed");
    }

    [Fact]
    public async Task The_same_request_again_is_answered_again_and_does_nothing_more()
    {
        var key = $"Idempotency-Key: {Guid.NewGuid()}";
        const string body = """{"action":"cancel","filter":{"type":"bulk.twice"}}""";

        var first = (await api.PostAsync(Actions, body, key)).With(202);
        var again = (await api.PostAsync(Actions, body, key)).With(202);

        Assert.Equal((first.Text, first.Headers.Location), (again.Text, again.Headers.Location));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        (await api.PostAsync(Actions, """{"action":"cancel","filter":{"type":"bulk.other"}}""", key)).Problem(422, "idempotency-key-reused");
    }

    [Fact]
    public async Task A_move_to_a_queue_that_an_open_transaction_makes_says_what_is_held()
    {
        await using var connection = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var enqueue = new NpgsqlCommand("""SELECT jobservice.enqueue('bulk.none', 'null', '{"queue":"bulk.held"}')""", connection))
            await enqueue.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        const string body = """{"action":"move","filter":{"type":"bulk.none"},"queue":"bulk.held"}""";

        (await api.PostAsync(Actions, body, "Idempotency-Key: held")).Problem(503, "in-use");

        await transaction.RollbackAsync(TestContext.Current.CancellationToken);
        (await api.PostAsync(Actions, body, "Idempotency-Key: held")).With(202);
    }

    [Fact]
    public async Task What_is_over_cannot_be_aborted_and_what_never_was_is_not_found()
    {
        var id = (await api.PostAsync(Actions, """{"action":"cancel","filter":{"type":"bulk.none"}}""")).With(202).Id!;
        await DoneAsync(id);

        var refused = (await api.PostAsync($"{Actions}/{id}/abort", body: null)).Problem(409, "wrong-state");

        Assert.Equal("succeeded", refused.Word("from"));
        foreach (var unknown in (string[])[Guid.CreateVersion7().ToString(), "none"])
        {
            (await api.GetAsync($"{Actions}/{unknown}")).Problem(404, "not-found");
            (await api.PostAsync($"{Actions}/{unknown}/abort", body: null)).Problem(404, "not-found");
        }
    }

    [Theory]
    [InlineData("""{}""", 422, "/action /filter")]
    [InlineData("""{"action":"cancel"}""", 422, "/filter")]
    [InlineData("""{"action":"stop","filter":{"type":"a"}}""", 422, "/action")]
    [InlineData("""{"action":"cancel","filter":{}}""", 422, "/filter")]
    [InlineData("""{"action":"cancel","filter":{},"all":false,"dryRun":true}""", 422, "/filter")]
    [InlineData("""{"action":"cancel","filter":{"type":"a"},"all":true}""", 422, "/all")]
    [InlineData("""{"action":"cancel","filter":{"status":"queued"}}""", 422, "/filter/status")]
    [InlineData("""{"action":"cancel","filter":{"limit":"1"}}""", 422, "/filter/limit")]
    [InlineData("""{"action":"cancel","filter":{"state":"done"}}""", 422, "/filter/state")]
    [InlineData("""{"action":"cancel","filter":{"state":"succeeded"}}""", 422, "/filter/state")]
    [InlineData("""{"action":"retry","filter":{"state":["queued"]}}""", 422, "/filter/state")]
    [InlineData("""{"action":"delete","filter":{"state":"running"}}""", 422, "/filter/state")]
    [InlineData("""{"action":"move","filter":{"state":"failed"},"queue":"a"}""", 422, "/filter/state")]
    [InlineData("""{"action":"move","filter":{"type":"a"}}""", 422, "/queue")]
    [InlineData("""{"action":"move","filter":{"type":"a"},"queue":"A"}""", 422, "/queue")]
    [InlineData("""{"action":"cancel","filter":{"type":"a"},"queue":"a"}""", 422, "/queue")]
    [InlineData("""{"action":"retry","filter":{"type":"a"},"reason":"b"}""", 422, "/reason")]
    [InlineData("""{"action":"cancel","filter":{"tag":["a","b:c"]}}""", 422, "/filter/tag")]
    [InlineData("""{"action":"cancel","filter":{"createdFrom":"soon"}}""", 422, "/filter/createdFrom")]
    [InlineData("""{"action":"cancel","filter":{"type":"a"},"pace":{"limit":0,"per":"1s"}}""", 422, "/pace/limit")]
    [InlineData("""{"action":"cancel","filter":{"type":"a"},"pace":{"limit":1}}""", 422, "/pace/per")]
    [InlineData("""{"action":"cancel","filter":{"type":"a"},"size":1}""", 422, "/size")]
    [InlineData("""{"action":"move","filter":{},"size":1}""", 422, "/size /filter /queue")]
    [InlineData("""{"action":"stop","filter":{}}""", 422, "/action /filter")]
    [InlineData("""{"action":"move","filter":{"state":"done"},"reason":"b"}""", 422, "/filter/state /queue /reason")]
    [InlineData("""{"action":"cancel","filter":{"tag":7}}""", 400, "/filter/tag")]
    [InlineData("""{"action":"cancel","filter":{"state":[7]}}""", 400, "/filter/state/0")]
    [InlineData("""{"action":"cancel","filter":[]}""", 400, "/filter")]
    public async Task What_is_not_acceptable_is_refused_with_a_pointer(string body, int status, string pointers)
    {
        var answer = (await api.PostAsync(Actions, body)).With(status);

        Assert.Equal(pointers, string.Join(' ', answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString())));
    }

    [Fact]
    public async Task Every_job_is_meant_where_it_is_said_so()
    {
        var dry = (await api.PostAsync(Actions, """{"action":"delete","filter":{},"all":true,"dryRun":true}""")).With(200).Json;

        Assert.Equal(await api.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.jobs"), dry.GetProperty("matched").GetInt64());
    }

    private async Task ActAsync(string body, int acted)
    {
        var done = await DoneAsync((await api.PostAsync(Actions, body)).With(202).Id!);
        Assert.Equal(("succeeded", acted, 0), (done.Word("state"), Number(done, "acted"), Number(done, "refused")));
    }

    private async Task<Answer> DoneAsync(string id)
    {
        await UntilAsync(id, action => action.GetProperty("finishedAt").ValueKind != JsonValueKind.Null);
        return (await api.GetAsync($"{Actions}/{id}")).With(200);
    }

    /// <summary>Asks until it is so: a worker looks once a second.</summary>
    private async Task<JsonElement> UntilAsync(string id, Func<JsonElement, bool> isSo)
    {
        while (true)
        {
            var action = (await api.GetAsync($"{Actions}/{id}")).With(200).Json;
            if (isSo(action))
                return action;
        }
    }

    private static int Number(Answer answer, string member) => (int)answer.Json.GetProperty(member).GetInt64();
}
