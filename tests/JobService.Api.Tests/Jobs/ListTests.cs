using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

public sealed class ListTests(ApiService api) : IClassFixture<ApiService>
{
    [Theory]
    [InlineData("state=queued", "abcd")]
    [InlineData("state=scheduled,cancelled", "ef")]
    [InlineData("state=running", "")]
    [InlineData("type=list.one", "ac")]
    [InlineData("type=list.*", "abcdef")]
    [InlineData("type=list.%2A", "abcdef")]
    [InlineData("type=*.t?o", "bdef")]
    [InlineData("type=list_one", "")]
    [InlineData("queue=bulk", "cd")]
    [InlineData("queue=none", "")]
    [InlineData("tag=team:red", "ab")]
    [InlineData("tag=team:red&tag=size:xl", "b")]
    [InlineData("tag=team:re", "")]
    [InlineData("worker=nobody", "")]
    [InlineData("state=queued&type=list.one&queue=bulk", "c")]
    public async Task Jobs_are_listed_by_what_they_are(string query, string expected)
    {
        var run = Guid.NewGuid().ToString("N");
        await EnqueueSomeAsync(run);

        var items = (await api.GetAsync($"{Calls.Jobs}?{query}&tag=run:{run}")).With(200).Json.GetProperty("items").EnumerateArray();

        Assert.Equal(expected, string.Concat(items.Select(item => item.GetProperty("metadata").GetProperty("name").GetString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task Pages_lead_through_all_of_them_newest_first_while_others_come_in()
    {
        var run = Guid.NewGuid().ToString("N");
        var expected = new List<string?>();
        for (var i = 0; i < 7; i++)
            expected.Insert(0, (await api.EnqueueAsync($$"""{"type":"list.page","tags":{"run":"{{run}}"} }""")).Id);

        var seen = new List<string?>();
        var cursor = "";
        do
        {
            var page = (await api.GetAsync($"{Calls.Jobs}?tag=run:{run}&limit=3{cursor}")).With(200).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
            cursor = page.GetProperty("nextCursor").GetString() is { } next ? $"&cursor={next}" : null;
            await api.EnqueueAsync($$"""{"type":"list.page","tags":{"run":"{{run}}"} }""");
        }
        while (cursor is not null);

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task Jobs_are_listed_by_when_they_were_made()
    {
        var run = Guid.NewGuid().ToString("N");
        var first = await api.EnqueueAsync($$"""{"type":"list.time","tags":{"run":"{{run}}"} }""");
        var second = await api.EnqueueAsync($$"""{"type":"list.time","tags":{"run":"{{run}}"} }""");
        var at = Uri.EscapeDataString(second.Word("createdAt")!);

        Assert.Equal([second.Id], await IdsAsync($"tag=run:{run}&createdFrom={at}"));
        Assert.Equal([first.Id], await IdsAsync($"tag=run:{run}&createdTo={at}"));
        Assert.Equal(2, (await IdsAsync($"tag=run:{run}&createdFrom=2026-01-01T00:00:00%2B02:00")).Count());
    }

    [Fact]
    public async Task A_cursor_leads_on_in_its_own_query_only()
    {
        for (var i = 0; i < 2; i++)
            await api.EnqueueAsync("""{"type":"list.cursor"}""");
        var cursor = (await api.GetAsync($"{Calls.Jobs}?type=list.cursor&limit=1")).With(200).Word("nextCursor")!;

        (await api.GetAsync($"{Calls.Jobs}?type=list.cursor&limit=9&cursor={cursor}")).With(200);
        (await api.GetAsync($"{Calls.Jobs}?type=list.other&limit=1&cursor={cursor}")).Problem(400, "malformed");
        (await api.GetAsync($"{Calls.Jobs}?type=list.cursor&limit=1&cursor={cursor[..^2]}")).Problem(400, "malformed");
        (await api.GetAsync($"{Calls.Jobs}?limit=1&cursor=%00")).Problem(400, "malformed");
    }

    /// <summary>Where nothing was found in the time there is, the answer comes all the same, and the cursor leads on.</summary>
    [Fact]
    public async Task A_search_that_takes_too_long_is_answered_with_what_it_has_and_a_cursor_that_goes_on()
    {
        var run = Guid.NewGuid().ToString("N");
        var job = await api.EnqueueAsync($$"""{"type":"list.late","tags":{"run":"{{run}}"} }""");
        var query = $"{Calls.Jobs}?tag=run:{run}&state=queued,succeeded&type=list.late";
        string cursor;
        await using (var other = await api.Database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var hold = other.CreateCommand();
            hold.CommandText = "LOCK TABLE jobservice.scheduled_jobs IN ACCESS EXCLUSIVE MODE";
            await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            var page = (await api.GetAsync(query)).With(200).Json;

            Assert.True(page.GetProperty("partial").GetBoolean());
            Assert.Empty(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("nextCursor").GetString()!;
        }

        var rest = (await api.GetAsync($"{query}&cursor={cursor}")).With(200).Json;
        Assert.Equal([job.Id], rest.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()));
        Assert.False(rest.GetProperty("partial").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, rest.GetProperty("searchedTo").ValueKind);
    }

    [Theory]
    [InlineData("limit=0", 422)]
    [InlineData("limit=201", 422)]
    [InlineData("limit=ten", 400)]
    [InlineData("state=done", 422)]
    [InlineData("status=queued", 422)]
    [InlineData("type=List.One", 422)]
    [InlineData("tag=red", 422)]
    [InlineData("createdFrom=yesterday", 422)]
    [InlineData("createdFrom=1969-12-31T23:59:59Z", 422)]
    [InlineData("createdFrom=9001-01-01T00:00:00Z", 422)]
    [InlineData("createdFrom=2026-02-01T00:00:00Z&createdTo=2026-01-01T00:00:00Z", 422)]
    public async Task A_query_that_is_not_acceptable_is_refused_with_its_parameter(string query, int status)
    {
        var answer = (await api.GetAsync($"{Calls.Jobs}?{query}")).With(status);
        Assert.NotEmpty(answer.Json.GetProperty("errors").EnumerateArray().First().GetProperty("pointer").GetString()!);
    }

    /// <summary>Six jobs, told apart by the name in their metadata.</summary>
    private async Task EnqueueSomeAsync(string run)
    {
        (string Name, string Members)[] jobs =
        [
            ("a", $$"""  "type":"list.one", "tags":{"run":"{{run}}","team":"red"} """),
            ("b", $$"""  "type":"list.two", "tags":{"run":"{{run}}","team":"red","size":"xl"} """),
            ("c", $$"""  "type":"list.one", "tags":{"run":"{{run}}","team":"blue"}, "queue":"bulk" """),
            ("d", $$"""  "type":"list.two", "tags":{"run":"{{run}}"}, "queue":"bulk" """),
            ("e", $$"""  "type":"list.two", "tags":{"run":"{{run}}"}, "delay":"1h" """),
            ("f", $$"""  "type":"list.two", "tags":{"run":"{{run}}"} """),
        ];
        foreach (var (name, members) in jobs)
        {
            var job = await api.EnqueueAsync($$"""{ {{members}}, "metadata":{"name":"{{name}}"} }""");
            if (string.Equals(name, "f", StringComparison.Ordinal))
                (await api.PostAsync($"{Calls.Jobs}/{job.Id}/cancel", body: null)).With(200);
        }
    }

    private async Task<IEnumerable<string?>> IdsAsync(string query) =>
        (await api.GetAsync($"{Calls.Jobs}?{query}")).With(200).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToArray();
}
