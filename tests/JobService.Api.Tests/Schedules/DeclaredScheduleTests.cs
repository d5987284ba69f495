using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>What can be done over the API with a schedule that the configuration declares.</summary>
public sealed class DeclaredScheduleTests(ApiServiceWithDeclaredSchedule api) : IClassFixture<ApiServiceWithDeclaredSchedule>
{
    private const string Nightly = ApiServiceWithDeclaredSchedule.Nightly;
    private const string Disabled = ApiServiceWithDeclaredSchedule.Disabled;
    private const string Other = """{"every": "1h", "job": {"type": "a"}}""";

    [Fact]
    public async Task It_is_shown_as_declared_alone_and_in_the_list()
    {
        (await api.SendAsync("PUT", "/api/v1/schedules/over-the-api", Other)).With(201);

        var shown = (await api.GetAsync(Nightly)).With(200);
        var listed = (await api.GetAsync("/api/v1/schedules")).With(200).Json.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item.GetProperty("declared").GetBoolean(), StringComparer.Ordinal);

        Assert.True(shown.Json.GetProperty("declared").GetBoolean());
        Assert.Equal(("0 3 * * *", "Europe/Vienna"), (shown.Word("cron"), shown.Word("timeZone")));
        Assert.Equal("""{"full": true}""", shown.Json.GetProperty("job").GetProperty("payload").GetRawText());
        Assert.True(listed["nightly"]);
        Assert.False(listed["over-the-api"]);
    }

    [Theory]
    [InlineData("PUT", Other)]
    [InlineData("PATCH", "{\"maxRuns\": 3}")]
    [InlineData("PATCH", "{\"enabled\": false}")]
    [InlineData("DELETE", null)]
    public async Task It_is_not_changed_here_and_the_answer_says_where_it_is(string method, string? body)
    {
        var before = (await api.GetAsync(Nightly)).With(200);

        var refused = (await api.SendAsync(method, Nightly, body)).Problem(409, "wrong-state");

        Assert.Equal("declared", refused.Word("from"));
        Assert.Contains("JobService:Schedules:nightly", refused.Word("detail"), StringComparison.Ordinal);
        var after = (await api.GetAsync(Nightly)).With(200);
        Assert.Equal((before.Json.GetProperty("revision").GetInt32(), "0 3 * * *"), (after.Json.GetProperty("revision").GetInt32(), after.Word("cron")));
    }

    [Fact]
    public async Task One_that_is_disabled_there_is_shown_as_paused_and_not_resumed_here()
    {
        var shown = (await api.GetAsync(Disabled)).With(200);
        var refused = (await api.PostAsync($"{Disabled}/resume", body: null)).Problem(409, "wrong-state");
        var paused = (await api.PostAsync($"{Disabled}/pause", """{"reason": "broken"}""")).With(200);

        Assert.Equal(("paused", "It is disabled in the configuration."), (shown.Word("state"), shown.Word("pausedReason")));
        Assert.True(shown.Is("enabled", false));
        Assert.Equal("disabled", refused.Word("from"));
        Assert.Contains("JobService:Schedules:disabled:Enabled", refused.Word("detail"), StringComparison.Ordinal);
        Assert.Equal(("paused", "broken"), (paused.Word("state"), paused.Word("pausedReason")));
    }

    [Fact]
    public async Task It_can_be_paused_resumed_triggered_and_backfilled_and_stays_declared()
    {
        var paused = (await api.PostAsync($"{Nightly}/pause", """{"reason": "holidays"}""")).With(200);
        var resumed = (await api.PostAsync($"{Nightly}/resume", body: null)).With(200);
        var job = (await api.PostAsync($"{Nightly}/trigger", body: null)).With(201);
        var filled = (await api.PostAsync($"{Nightly}/backfill", """{"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T23:00:00Z"}""")).With(200);

        Assert.Equal(("paused", "holidays", "active"), (paused.Word("state"), paused.Word("pausedReason"), resumed.Word("state")));
        Assert.True(resumed.Json.GetProperty("declared").GetBoolean());
        Assert.Equal("report.make", job.Word("type"));
        Assert.Equal(2, filled.Json.GetProperty("items").GetArrayLength());
    }
}
