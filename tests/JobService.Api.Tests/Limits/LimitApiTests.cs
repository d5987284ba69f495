using System.Globalization;
using JobService.Api.Tests.Schedules;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Limits;

/// <summary>Setting, showing and taking away limits, and what they hold up.</summary>
public sealed class LimitApiTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Limits = "/api/v1/limits";

    [Fact]
    public async Task A_limit_is_set_shown_replaced_and_taken_away()
    {
        var made = (await PutAsync("shown:*", """{"maxRunning": 5, "rate": {"limit": 100, "per": "1m"}}""")).With(201);
        var found = (await api.GetAsync($"{Limits}/shown:*")).With(200);
        var replaced = (await PutAsync("shown:*", """{"paused": true}""")).With(200);

        Assert.Equal($"{Limits}/shown:*", made.Headers.Location!.ToString());
        Assert.Equal(made.Text, found.Text);
        Assert.Equal("""{"limit":100,"per":"1m","burst":1}""", found.Json.GetProperty("rate").GetRawText());
        Assert.True(found.Is("maxRunning", 5) && found.Is("paused", false) && found.Is("running", 0));
        Assert.True(replaced.Is("maxRunning", null) && replaced.Is("rate", null) && replaced.Is("paused", true) && replaced.Is("running", null));
        (await api.SendAsync("DELETE", $"{Limits}/shown:*", body: (string?)null)).With(204);
        (await api.SendAsync("DELETE", $"{Limits}/shown:*", body: (string?)null)).Problem(404, "not-found");
        (await api.GetAsync($"{Limits}/shown:*")).Problem(404, "not-found");
    }

    [Fact]
    public async Task Limits_are_listed_page_by_page()
    {
        foreach (var key in (string[])["page:b", "page:a", "page:c*"])
            (await PutAsync(key, """{"maxRunning": 1}""")).With(201);

        var pages = await api.PagesAsync($"{Limits}?limit=2");

        Assert.All(pages.SkipLast(1), page => Assert.Equal(2, page.Count));
        Assert.Equal(["page:a", "page:b", "page:c*"], pages.SelectMany(page => page).Select(limit => limit.GetProperty("key").GetString()!).Where(key => key.StartsWith("page:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("a b", "{}", "key")]
    [InlineData("*tenant", "{}", "key")]
    [InlineData("queue:*", "{}", "key")]
    [InlineData("type:email.*", "{}", "key")]
    [InlineData("*", "{}", "key")]
    [InlineData("queue:NoSuch", "{}", "key")]
    [InlineData("queue:-x", "{}", "key")]
    [InlineData("queue:", "{}", "key")]
    [InlineData("type:UPPER", "{}", "key")]
    [InlineData("type:email@send", "{}", "key")]
    [InlineData("bad", """{"maxRunning": -1}""", "/maxRunning")]
    [InlineData("bad", """{"maxRuning": 1}""", "/maxRuning")]
    [InlineData("bad", """{"maxRunning": -1, "of": 2, "rate": {"limit": 1, "per": "soon"}}""", "/of /rate/per /maxRunning")]
    [InlineData("bad", """{"rate": {"per": "1m"}}""", "/rate/limit")]
    [InlineData("bad", """{"rate": {"limit": 1}}""", "/rate/per")]
    [InlineData("bad", """{"rate": {"limit": 0, "per": "1m"}}""", "/rate/limit")]
    [InlineData("bad", """{"rate": {"limit": 1, "per": "0s"}}""", "/rate/per")]
    [InlineData("bad", """{"rate": {"limit": 1, "per": "soon"}}""", "/rate/per")]
    [InlineData("bad", """{"rate": {"limit": 1, "per": "1s", "burst": 0}}""", "/rate/burst")]
    [InlineData("bad", """{"rate": {"limit": 1, "per": "1s", "of": 2}}""", "/rate/of")]
    public async Task What_is_wrong_is_told_and_nothing_is_set(string key, string body, string pointer)
    {
        Assert.Equal(pointer, (await PutAsync(Uri.EscapeDataString(key), body)).Pointers());
        (await api.GetAsync($"{Limits}/bad")).Problem(404, "not-found");
    }

    [Theory]
    [InlineData("""["a b"]""", "/limitKeys/0")]
    [InlineData("""["ok", null]""", "/limitKeys/1")]
    [InlineData("""["queue:low"]""", "/limitKeys/0")]
    [InlineData("""["a","b","c","d","e","f","g","h","i"]""", "/limitKeys")]
    public async Task A_job_names_only_keys_that_are_some(string keys, string pointer)
    {
        var body = $$"""{"type": "nobody.does", "limitKeys": {{keys}}}""";

        Assert.Equal(pointer, (await api.PostAsync(Calls.Jobs, body)).Pointers());
    }

    [Fact]
    public async Task Jobs_of_a_full_key_run_one_after_the_other_and_each_is_told_why_it_waits()
    {
        (await PutAsync("turn:*", """{"maxRunning": 1}""")).With(201);
        var first = (await api.EnqueueAsync("""{"type": "demo.sleep", "payload": {"duration": "1h"}, "timeout": "2h", "limitKeys": ["turn:42"]}""")).Word("id")!;
        await api.UntilAsync(first, "running");
        var second = (await api.EnqueueAsync("""{"type": "demo.echo", "limitKeys": ["turn:42"]}""")).Word("id")!;
        var other = (await api.RunAsync("""{"type": "demo.echo", "limitKeys": ["turn:43"]}""")).Json;
        var explained = (await api.GetAsync($"{Calls.Jobs}/{second}/explain")).With(200);
        (await api.PostAsync($"{Calls.Jobs}/{first}/cancel", null)).With(202);
        var last = (await api.FinalAsync(second)).Json;

        Assert.Equal("succeeded", other.GetProperty("state").GetString());
        Assert.Contains($"1 jobs of 'turn:42' (limit 'turn:*') may run at once, and 1 do: {first}.", explained.Text, StringComparison.Ordinal);
        Assert.Equal("""["turn:42"]""", last.GetProperty("limitKeys").GetRawText());
        Assert.True((await api.FinalAsync(first)).Json.GetProperty("finishedAt").GetDateTimeOffset() <= last.GetProperty("startedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_job_is_told_when_its_key_opens_and_that_its_key_is_paused()
    {
        (await PutAsync("hourly:42", """{"rate": {"limit": 1, "per": "1h", "burst": 1}}""")).With(201);
        (await PutAsync("paused:42", """{"paused": true}""")).With(201);
        var started = (await api.RunAsync("""{"type": "demo.echo", "limitKeys": ["hourly:42"]}""")).Json.GetProperty("startedAt").GetDateTimeOffset();
        var late = (await api.EnqueueAsync("""{"type": "demo.echo", "limitKeys": ["hourly:42"]}""")).Word("id")!;
        var paused = (await api.EnqueueAsync("""{"type": "demo.echo", "limitKeys": ["paused:42"]}""")).Word("id")!;

        var opens = started.AddHours(1).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        Assert.Equal(("limit-rate", $"The next job of 'hourly:42' may start at {opens}."), await LimitReasonAsync(late));
        Assert.Equal(("limit-paused", "Jobs of 'paused:42' are paused."), await LimitReasonAsync(paused));
    }

    [Theory]
    [InlineData("""{"paused": true}""", "limit-paused", "Jobs of 'shut:limit-paused' are paused.")]
    [InlineData("""{"maxRunning": 0}""", "limit-full", "No job of 'shut:limit-full' may run.")]
    public async Task A_job_whose_time_has_not_come_is_told_of_a_limit_that_will_hold_it_up_then(string limit, string code, string detail)
    {
        (await PutAsync($"shut:{code}", limit)).With(201);
        (await PutAsync($"narrow:{code}", """{"rate": {"limit": 1, "per": "1h", "burst": 1}}""")).With(201);
        await api.RunAsync($$"""{"type": "demo.echo", "limitKeys": ["narrow:{{code}}"]}""");

        var id = (await api.EnqueueAsync($$"""{"type": "demo.echo", "delay": "1h", "limitKeys": ["shut:{{code}}", "narrow:{{code}}"]}""")).Word("id")!;

        Assert.Equal((code, detail), await LimitReasonAsync(id));
    }

    private async Task<(string? Code, string? Detail)> LimitReasonAsync(string id)
    {
        var reasons = (await api.GetAsync($"{Calls.Jobs}/{id}/explain")).With(200).Json.GetProperty("reasons").EnumerateArray();
        var reason = Assert.Single(reasons, reason => reason.GetProperty("code").GetString()!.StartsWith("limit-", StringComparison.Ordinal));
        return (reason.GetProperty("code").GetString(), reason.GetProperty("detail").GetString());
    }

    private Task<Answer> PutAsync(string key, string body) => api.SendAsync("PUT", $"{Limits}/{key}", body);
}
