using System.Globalization;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>Pausing, resuming, triggering and backfilling.</summary>
public sealed class ScheduleSteeringTests(ApiService api) : IClassFixture<ApiService>
{
    /// <summary>Those that the schedule names, or else those that its type has by default.</summary>
    [Fact]
    public async Task The_jobs_of_a_schedule_are_limited_by_its_keys()
    {
        (await api.SendAsync("PUT", "/api/v1/job-types/limited.report", """{"defaults":{"limitKeys":["reports"]}}""")).With(200);
        await api.PutAsync("limited.named", """ "every":"1d","job":{"type":"limited.report","limitKeys":["tenant:7"]} """);
        await api.PutAsync("limited.settled", """ "every":"1d","job":{"type":"limited.report"} """);

        foreach (var (name, key) in new[] { ("limited.named", "tenant:7"), ("limited.settled", "reports") })
        {
            Assert.Equal([key], (await api.ShowAsync(name)).Json.GetProperty("job").GetProperty("limitKeys").EnumerateArray().Select(told => told.GetString()!));
            var job = (await api.PostAsync($"{ScheduleCalls.Schedules}/{name}/trigger", body: null)).With(201);
            Assert.Equal([key], job.Json.GetProperty("limitKeys").EnumerateArray().Select(told => told.GetString()!));
        }
    }

    [Fact]
    public async Task A_paused_schedule_records_its_occurrences_and_resuming_makes_up_for_none()
    {
        await api.MakeAsync("paused", """ "every":"1s" """);
        var paused = await PostAsync("paused/pause", """{"reason":"holidays"}""");
        var again = await PostAsync("paused/pause", """{"reason":"other"}""");
        await api.Database.AdvanceAsync(TimeSpan.FromSeconds(3));
        var resumed = await PostAsync("paused/resume", "{}");
        var resumedAgain = await PostAsync("paused/resume", body: null);

        Assert.Equal(("paused", "holidays"), (paused.Word("state"), paused.Word("pausedReason")));
        Assert.Equal((paused.Word("pausedReason"), paused.Word("updatedAt")), (again.Word("pausedReason"), again.Word("updatedAt")));
        Assert.Equal(("active", null), (resumed.Word("state"), resumed.Word("pausedReason")));
        Assert.Equal(resumed.Word("updatedAt"), resumedAgain.Word("updatedAt"));
        var told = (await api.RunsAsync("paused")).Where(run => run.GetProperty("dueAt").GetDateTimeOffset() < resumed.Json.GetProperty("updatedAt").GetDateTimeOffset());
        Assert.InRange(told.Count(run => run.GetProperty("outcome").GetString() is "paused"), 3, int.MaxValue);
    }

    [Fact]
    public async Task Each_occurrence_is_told_with_its_job_or_why_it_has_none()
    {
        await api.MakeAsync("told", """ "every":"1s" """);
        await api.Database.AdvanceAsync(TimeSpan.FromSeconds(4));
        await PostAsync("told/pause", body: null);

        var runs = await api.RunsAsync("told");
        var shown = await api.ShowAsync("told");

        Assert.InRange(runs.Count, 4, int.MaxValue);
        Assert.Equal("fired", runs[0].GetProperty("outcome").GetString());
        Assert.Equal("queued", runs[0].GetProperty("jobState").GetString());
        Assert.All(runs.Skip(1), run => Assert.Equal(("overlapped", null, null), (run.GetProperty("outcome").GetString(), run.GetProperty("jobId").GetString(), run.GetProperty("firedAt").GetString())));
        Assert.Equal(runs[^1].GetRawText(), shown.Json.GetProperty("lastRun").GetRawText());
        Assert.True(shown.Is("runs", 1) && shown.Is("missed", runs.Count - 1));
        var job = (await api.GetAsync($"{Calls.Jobs}/{runs[0].GetProperty("jobId").GetString()}")).With(200).Json.GetProperty("schedule");
        Assert.Equal($$"""{"name":"told","dueAt":"{{runs[0].GetProperty("dueAt").GetString()}}","late":false,"missed":0,"backfilled":false,"triggered":false}""", job.GetRawText());
    }

    [Fact]
    public async Task A_trigger_makes_a_job_now_whatever_the_state()
    {
        (await api.PutAsync("triggered", """ "every":"1h", "enabled":false, "job":{"type":"demo.echo","payload":{"n": 1}} """)).With(201);
        var job = (await api.PostAsync($"{ScheduleCalls.Schedules}/triggered/trigger", body: null)).With(201);
        var done = await api.FinalAsync(job.Id);

        Assert.Equal($"/api/v1/jobs/{job.Id}", job.Headers.Location!.ToString());
        Assert.Equal("triggered", done.Json.GetProperty("schedule").GetProperty("name").GetString());
        Assert.True(done.Json.GetProperty("schedule").GetProperty("triggered").GetBoolean());
        Assert.Contains("\"result\":{\"n\": 1}", done.Text, StringComparison.Ordinal);
        var run = Assert.Single(await api.RunsAsync("triggered"));
        Assert.Equal(("trigger", "fired", job.Id, "succeeded"), (run.GetProperty("kind").GetString(), run.GetProperty("outcome").GetString(), run.GetProperty("jobId").GetString(), run.GetProperty("jobState").GetString()));
        Assert.True((await api.ShowAsync("triggered")).Is("runs", 0));
    }

    [Fact]
    public async Task A_backfill_makes_a_job_for_each_past_occurrence_that_has_none()
    {
        await api.MakeAsync("filled", """ "cron":"@hourly" """);
        var now = (await api.ShowAsync("filled")).Json.GetProperty("createdAt").GetDateTimeOffset();
        var (from, to) = (now.AddHours(-5), now.AddHours(5));

        var first = await FillAsync("filled", from, to, max: 2);
        var rest = await FillAsync("filled", first.Json.GetProperty("goOnFrom").GetDateTimeOffset(), to, max: null);
        var again = await FillAsync("filled", from, to, max: 1_000);

        Assert.Equal((2, 3, 0), (first.Json.GetProperty("items").GetArrayLength(), rest.Json.GetProperty("items").GetArrayLength(), again.Json.GetProperty("items").GetArrayLength()));
        Assert.True(rest.Is("goOnFrom", null) && again.Is("hadJobs", 5));
        Assert.All(first.Json.GetProperty("items").EnumerateArray(), job => Assert.True(job.GetProperty("schedule").GetProperty("backfilled").GetBoolean()));
        Assert.All(await api.RunsAsync("filled"), run => Assert.True(run.GetProperty("backfilled").GetBoolean()));
    }

    [Fact]
    public async Task One_that_has_ended_is_neither_paused_nor_resumed_but_triggered()
    {
        await api.MakeAsync("ended", """ "every":"1s", "maxRuns":1 """);
        await api.Database.AdvanceAsync(TimeSpan.FromSeconds(2));
        (await api.PatchAsync("ended", """ "jitter":"1s" """)).With(200);

        var ended = await api.ShowAsync("ended");
        Assert.Equal("ended", ended.Word("state"));
        Assert.True(ended.Is("nextRuns", Array.Empty<string>()) && ended.Is("runs", 1) && ended.Is("enabled", false));
        foreach (var path in (string[])["pause", "resume"])
            Assert.Equal("ended", (await api.PostAsync($"{ScheduleCalls.Schedules}/ended/{path}", body: null)).Problem(409, "wrong-state").Word("from"));
        (await api.PostAsync($"{ScheduleCalls.Schedules}/ended/trigger", body: null)).With(201);
    }

    [Theory]
    [InlineData("pause", """{"reasn":"x"}""", "/reasn")]
    [InlineData("resume", """{"from":"now"}""", "/from")]
    [InlineData("trigger", """{"payload":1}""", "/payload")]
    [InlineData("backfill", "{}", "/from /to")]
    [InlineData("backfill", """{"from":"2026-01-02T00:00:00Z","to":"2026-01-01T00:00:00Z"}""", "/to")]
    [InlineData("backfill", """{"from":"2026-01-01T00:00:00Z","to":"then","max":0}""", "/to /max")]
    [InlineData("backfill", """{"from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","max":1001,"until":1}""", "/until /max")]
    public async Task What_is_not_acceptable_is_refused(string path, string body, string pointers)
    {
        var name = $"steered.{Guid.NewGuid():N}";
        await api.MakeAsync(name, """ "every":"1h" """);

        Assert.Equal(pointers, (await api.PostAsync($"{ScheduleCalls.Schedules}/{name}/{path}", body)).Pointers());
        Assert.Empty(await api.RunsAsync(name));
    }

    [Fact]
    public async Task A_reason_has_its_length()
    {
        await api.MakeAsync("reasoned", """ "every":"1h" """);

        Assert.Equal("/reason", (await api.PostAsync($"{ScheduleCalls.Schedules}/reasoned/pause", $$"""{"reason":"{{new string('a', 1_025)}}"}""")).Pointers());
        await PostAsync("reasoned/pause", $$"""{"reason":"{{new string('ä', 1_024)}}"}""");
    }

    private async Task<Answer> PostAsync(string path, string? body) => (await api.PostAsync($"{ScheduleCalls.Schedules}/{path}", body)).With(200);

    private Task<Answer> FillAsync(string name, DateTimeOffset from, DateTimeOffset to, int? max) => PostAsync(
        $"{name}/backfill",
        string.Create(CultureInfo.InvariantCulture, $$"""{"from":"{{from:O}}","to":"{{to:O}}","max":{{max?.ToString(CultureInfo.InvariantCulture) ?? "null"}}}"""));
}
