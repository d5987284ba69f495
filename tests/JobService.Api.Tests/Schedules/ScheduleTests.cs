using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>Making, showing, changing and removing schedules.</summary>
public sealed class ScheduleTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task A_schedule_is_made_and_found_where_the_answer_says()
    {
        var made = (await api.PutAsync("report.daily", """
            "cron":"*/15 9-17 * * MON-FRI", "timeZone":"Europe/Vienna", "misfire":"fireAll", "maxCatchUp":7, "overlap":"queueOne", "startAt":"2099-01-01T00:00:00+01:00",
            "endAt":"2100-01-01T00:00:00Z", "maxRuns":1000, "jitter":"PT30S", "pauseAfterFailures":3,
            "job":{"type":"report.make","payload":{"a": 1},"queue":"bulk","priority":7,"tags":{"team":"red"},"limitKeys":["tenant:2","tenant:1"],"metadata":{"m":2},"timeout":"10s","keepResult":"1h"}
            """)).With(201);
        var found = await api.ShowAsync("report.daily");

        Assert.Equal("/api/v1/schedules/report.daily", made.Headers.Location!.ToString());
        Assert.Equal(made.Text, found.Text);
        Assert.Equal(
            ("every 15 minutes from 9:00 to 17:45 on weekdays, Europe/Vienna", "active", "fireAll", "queueOne", "2098-12-31T23:00:00Z", "2100-01-01T00:00:00Z", "30s"),
            (found.Word("description"), found.Word("state"), found.Word("misfire"), found.Word("overlap"), found.Word("startAt"), found.Word("endAt"), found.Word("jitter")));
        Assert.True(found.Is("maxCatchUp", 7) && found.Is("maxRuns", 1000) && found.Is("pauseAfterFailures", 3) && found.Is("enabled", true) && found.Is("lastRun", null));
        Assert.Contains("""
            "job":{"type":"report.make","queue":"bulk","priority":7,"payload":{"a": 1},"tags":{"team":"red"},"limitKeys":["tenant:1","tenant:2"],"metadata":{"m":2}
            """, found.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["2099-01-01T08:00:00Z", "2099-01-01T08:15:00Z", "2099-01-01T08:30:00Z", "2099-01-01T08:45:00Z", "2099-01-01T09:00:00Z"],
            found.Json.GetProperty("nextRuns").Words("utc"));
        Assert.Equal("2099-01-01T09:00:00+01:00", found.Json.GetProperty("nextRuns").Words("local")[0]);
    }

    [Fact]
    public async Task What_is_left_out_is_as_the_contract_has_it()
    {
        var made = await api.MakeAsync("by.default", """ "every":"1h" """);

        Assert.Equal(("fireOnce", "skip", "0s", "1h"), (made.Word("misfire"), made.Word("overlap"), made.Word("jitter"), made.Word("every")));
        Assert.All((string[])["cron", "timeZone", "at", "startAt", "endAt", "maxRuns", "pauseAfterFailures", "pausedReason", "lastRun"], name => Assert.True(made.Is(name, null), name));
        Assert.True(made.Is("maxCatchUp", 10) && made.Is("enabled", true) && made.Is("declared", false) && made.Is("runs", 0) && made.Is("revision", 1));
    }

    [Theory]
    [InlineData("hourly", """ "cron":"@hourly" """, "every hour, UTC")]
    [InlineData("seconds", """ "cron":"*/10 * * * * *" """, "every 10 seconds, UTC")]
    [InlineData("night", """ "cron":"0 22-2 * * *" """, "every hour from 22:00 to 2:00, UTC")]
    [InlineData("days", """ "cron":"0 9 LW * *" """, "at 9:00 on the last weekday of the month, UTC")]
    [InlineData("interval", """ "every":90.5 """, "every 1 minute and 30.5 seconds")]
    [InlineData("iso", """ "every":"PT36H" """, "every 1 day and 12 hours")]
    [InlineData("once", """ "at":"2099-06-01T10:00:00+02:00" """, "once, on 1 June 2099 at 8:00:00 +00:00")]
    public async Task A_rule_is_told_in_words(string name, string rule, string words)
    {
        Assert.Equal(words, (await api.MakeAsync(name, rule)).Word("description"));
    }

    [Fact]
    public async Task What_may_not_be_meant_is_told()
    {
        var both = await api.MakeAsync("both.days", """ "cron":"0 9 13 * FRI" """);

        Assert.Contains("must meet both", both.Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("[]", (await api.MakeAsync("one.day", """ "cron":"0 9 13 * *" """)).Json.GetProperty("warnings").GetRawText());
    }

    [Fact]
    public async Task A_spread_is_of_the_name_and_stays()
    {
        var first = await api.MakeAsync("spread.one", """ "cron":"H H * * *" """);
        var again = (await api.PutAsync("spread.one", $""" "cron":"H H * * *", {ScheduleCalls.Job} """)).With(200);
        var preview = (await api.PreviewAsync(""" "cron":"H H * * *", "name":"spread.one" """)).With(200);
        var other = await api.MakeAsync("spread.two", """ "cron":"H H * * *" """);

        Assert.Equal(first.Word("description"), again.Word("description"));
        Assert.Equal(first.Word("description"), preview.Word("description"));
        Assert.NotEqual(first.Word("description"), other.Word("description"));
    }

    [Fact]
    public async Task The_words_are_Chinese_where_the_caller_likes_them_better()
    {
        await api.MakeAsync("in.words", """ "cron":"30 2 * * *", "timeZone":"Asia/Shanghai" """);
        var english = (await api.ShowAsync("in.words")).Word("description");

        Assert.Equal("at 2:30 every day, Asia/Shanghai", english);
        foreach (var language in (string[])["zh", "zh-CN,en;q=0.5", "en;q=0.5, zh;q=0.9", "de, zh;q=0.1"])
            Assert.Contains("每天", (await api.ShowAsync("in.words", $"Accept-Language: {language}")).Word("description"), StringComparison.Ordinal);
        foreach (var language in (string[])["en", "de", "en, zh;q=0.9", "zh;q=0", "*", "!!"])
            Assert.Equal(english, (await api.ShowAsync("in.words", $"Accept-Language: {language}")).Word("description"));
    }

    [Fact]
    public async Task A_put_replaces_all_but_whether_it_is_paused()
    {
        var made = await api.MakeAsync("replaced", """ "every":"1h", "jitter":"5s", "maxRuns":9 """);
        (await api.PostAsync($"{ScheduleCalls.Schedules}/replaced/pause", """{"reason":"holidays"}""")).With(200);
        var replaced = (await api.PutAsync("replaced", $""" "cron":"0 0 * * *", {ScheduleCalls.Job} """)).With(200);

        Assert.Null(replaced.Headers.Location);
        Assert.Equal(("paused", "holidays", "0s", "0 0 * * *", "UTC"), (replaced.Word("state"), replaced.Word("pausedReason"), replaced.Word("jitter"), replaced.Word("cron"), replaced.Word("timeZone")));
        Assert.True(replaced.Is("every", null) && replaced.Is("maxRuns", null) && replaced.Is("enabled", false));
        Assert.Equal(made.Word("createdAt"), replaced.Word("createdAt"));
        Assert.Equal("active", (await api.PutAsync("replaced", $""" "cron":"0 0 * * *", "enabled":true, {ScheduleCalls.Job} """)).With(200).Word("state"));
        Assert.Equal("paused", (await api.PutAsync("made.paused", $""" "every":5, "enabled":false, {ScheduleCalls.Job} """)).With(201).Word("state"));
    }

    [Fact]
    public async Task The_same_put_again_changes_nothing()
    {
        var made = await api.MakeAsync("again", """ "every":"1h" """);
        var again = (await api.PutAsync("again", $""" "every":"PT3600S", {ScheduleCalls.Job} """)).With(200);

        Assert.Equal(made.Text, again.Text);
    }

    [Fact]
    public async Task More_runs_are_to_be_asked_for_than_there_were()
    {
        await api.MakeAsync("ran.once", """ "every":"1s", "maxRuns":1 """);
        await api.Database.AdvanceAsync(TimeSpan.FromSeconds(2));

        var refused = await api.PutAsync("ran.once", $""" "at":"2099-01-01T00:00:00Z", "maxRuns":1, {ScheduleCalls.Job} """);
        var again = (await api.PutAsync("ran.once", $""" "at":"2099-01-01T00:00:00Z", "maxRuns":2, {ScheduleCalls.Job} """)).With(200);

        Assert.Equal("/maxRuns", refused.Pointers());
        Assert.Contains("It has made 1 job already", refused.Text, StringComparison.Ordinal);
        Assert.Equal(("active", 1), (again.Word("state"), again.Json.GetProperty("nextRuns").GetArrayLength()));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        await api.MakeAsync("patched", """ "cron":"0 9 * * *", "timeZone":"Europe/Vienna", "jitter":"5s" """);

        var zone = (await api.PatchAsync("patched", """ "timeZone":"Asia/Tokyo", "maxRuns":5 """)).With(200);
        var cron = (await api.PatchAsync("patched", """ "cron":"0 10 * * *" """)).With(200);
        var job = (await api.PatchAsync("patched", """ "job":{"type":"other.type","payload":[1]} """)).With(200);
        var every = (await api.PatchAsync("patched", """ "every":"1h" """)).With(200);
        var paused = (await api.PatchAsync("patched", """ "enabled":false """)).With(200);

        Assert.Equal(("0 9 * * *", "Asia/Tokyo", "5s"), (zone.Word("cron"), zone.Word("timeZone"), zone.Word("jitter")));
        Assert.Equal(("0 10 * * *", "Asia/Tokyo"), (cron.Word("cron"), cron.Word("timeZone")));
        Assert.Equal(("other.type", "[1]"), (job.Json.GetProperty("job").GetProperty("type").GetString(), job.Json.GetProperty("job").GetProperty("payload").GetRawText()));
        Assert.Equal(("1h", null, null), (every.Word("every"), every.Word("cron"), every.Word("timeZone")));
        Assert.True(every.Is("maxRuns", 5) && every.Is("revision", 5));
        Assert.Equal("paused", paused.Word("state"));
    }

    [Fact]
    public async Task A_patch_takes_away_what_it_names_as_null()
    {
        await api.MakeAsync("emptied", """
            "cron":"0 9 * * *", "timeZone":"Europe/Vienna", "startAt":"2099-01-01T00:00:00Z", "endAt":"2099-02-01T00:00:00Z", "maxRuns":5, "jitter":"5s",
            "misfire":"skip", "maxCatchUp":3, "overlap":"allow", "pauseAfterFailures":4
            """);

        var emptied = (await api.PatchAsync("emptied", """
            "timeZone":null, "startAt":null, "endAt":null, "maxRuns":null, "jitter":null, "misfire":null, "maxCatchUp":null, "overlap":null, "pauseAfterFailures":null
            """)).With(200);

        Assert.Equal(("0 9 * * *", "UTC", "0s", "fireOnce", "skip"), (emptied.Word("cron"), emptied.Word("timeZone"), emptied.Word("jitter"), emptied.Word("misfire"), emptied.Word("overlap")));
        Assert.True(emptied.Is("startAt", null) && emptied.Is("endAt", null) && emptied.Is("maxRuns", null) && emptied.Is("pauseAfterFailures", null) && emptied.Is("maxCatchUp", 10));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(""" "every":null """, "/every")]
    [InlineData(""" "job":null, "enabled":null """, "/job /enabled")]
    [InlineData(""" "timeZone":"Europe/Vienna" """, "/timeZone")]
    [InlineData(""" "cron":"60 * * * *" """, "/cron")]
    [InlineData(""" "endAt":"2098-01-01T00:00:00Z" """, "/endAt")]
    [InlineData(""" "job":{"payload":1} """, "/job/type")]
    [InlineData(""" "crn":"* * * * *" """, "/crn")]
    [InlineData(""" "at":"2020-01-01T00:00:00Z" """, "/at")]
    public async Task A_patch_that_is_not_acceptable_changes_nothing(string members, string pointers)
    {
        var name = $"unpatched.{Guid.NewGuid():N}";
        var before = await api.MakeAsync(name, """ "every":"1h", "startAt":"2099-01-01T00:00:00Z" """);

        Assert.Equal(pointers, (await api.PatchAsync(name, members)).Pointers());
        Assert.Equal(before.Text, (await api.ShowAsync(name)).Text);
    }

    [Fact]
    public async Task One_that_is_removed_is_unknown()
    {
        await api.MakeAsync("removed", """ "every":"1h" """);
        var removed = (await api.SendAsync("DELETE", $"{ScheduleCalls.Schedules}/removed", body: null)).With(204);

        Assert.Empty(removed.Text);
        (await api.GetAsync($"{ScheduleCalls.Schedules}/removed")).Problem(404, "not-found");
        await api.MakeAsync("removed", """ "every":"1h" """);
    }

    [Fact]
    public async Task Its_payload_may_be_as_deep_as_that_of_a_job()
    {
        var payload = new string('[', 64) + new string(']', 64);
        await api.MakeAsync("deep", """ "every":"1h" """);

        var changed = (await api.PatchAsync("deep", $$$""" "job":{"type":"nobody.does","payload":{{{payload}}}} """)).With(200);

        Assert.Contains($"\"payload\":{payload}", changed.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    [InlineData("POST", "/trigger")]
    [InlineData("POST", "/backfill")]
    [InlineData("GET", "/next")]
    [InlineData("GET", "/runs")]
    public async Task An_unknown_schedule_is_not_found(string method, string path)
    {
        var body = method is "PATCH" ? """{"maxRuns":1}""" : path is "/backfill" ? """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z"}""" : null;
        foreach (var name in (string[])["nobody", "NOBODY", "%F0%9F%98%80", new string('a', 2000)])
            (await api.SendAsync(method, $"{ScheduleCalls.Schedules}/{name}{path}", body)).Problem(404, "not-found");
    }
}
