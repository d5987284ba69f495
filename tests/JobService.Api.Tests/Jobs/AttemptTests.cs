using System.Text.Json;
using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Jobs;

/// <summary>How jobs fail, are tried again, run out of time, and what is told of it.</summary>
public sealed class AttemptTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task Retries_grow_and_end_in_failed_with_the_error_and_stack_of_each_attempt()
    {
        var job = await api.RunAsync("""
            {"type":"demo.fail","payload":{"message":"no luck"},"retry":{"maxAttempts":4,"backoff":"exponential","base":"50ms","factor":3,"jitter":"none"}}
            """);
        var attempts = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).With(200).Json.GetProperty("items").EnumerateArray().ToArray();
        var waits = attempts.Zip(attempts.Skip(1), (before, after) => Time(after, "startedAt") - Time(before, "finishedAt")).ToArray();

        Assert.Equal(("failed", "attempts-exhausted"), (job.Word("state"), job.Word("reason")));
        Assert.Equal([1, 2, 3, 4], attempts.Select(attempt => attempt.GetProperty("attempt").GetInt32()));
        Assert.All(attempts, attempt =>
        {
            Assert.Equal(("failed", "no luck"), (attempt.GetProperty("outcome").GetString(), attempt.GetProperty("error").GetProperty("message").GetString()));
            Assert.Contains("FailHandler.HandleAsync", attempt.GetProperty("stack").GetString(), StringComparison.Ordinal);
        });

        // Never sooner than asked for; how much later is the machine's affair.
        Assert.True(waits[0] >= TimeSpan.FromMilliseconds(50) && waits[1] >= TimeSpan.FromMilliseconds(150) && waits[2] >= TimeSpan.FromMilliseconds(450), string.Join(' ', waits));
        (await api.GetAsync($"{Calls.Jobs}/{job.Id}/result")).Problem(409, "job-failed");
    }

    [Fact]
    public async Task A_job_that_fails_twice_succeeds_the_third_time()
    {
        var job = await api.RunAsync("""{"type":"demo.flaky","payload":{"failures":2},"retry":{"backoff":"fixed","base":"10ms"}}""");
        var attempts = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).Json.GetProperty("items").EnumerateArray();
        var timeline = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline")).With(200).Json.GetProperty("items").EnumerateArray();

        Assert.Equal("succeeded", job.Word("state"));
        Assert.Equal(["failed", "failed", "succeeded"], attempts.Select(attempt => attempt.GetProperty("outcome").GetString()));
        Assert.Equal(["created", "claimed", "failed", "claimed", "failed", "claimed", "succeeded"], timeline.Select(item => item.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task Attempts_of_earlier_generations_stay_whatever_they_ended_in()
    {
        var job = await api.RunAsync("""{"type":"demo.flaky","payload":{"failures":1},"retry":{"backoff":"fixed","base":"10ms"}}""");
        (await api.PostAsync($"{Calls.Jobs}/{job.Id}/retry", """{"payload":{"failures":3}}""")).With(200);
        await api.FinalAsync(job.Id);
        var attempts = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).Json.GetProperty("items").EnumerateArray();
        var timeline = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline")).With(200).Json.GetProperty("items").EnumerateArray();

        Assert.Equal(["1 failed", "2 succeeded", "3 failed", "4 succeeded"], attempts.Select(attempt => $"{attempt.GetProperty("attempt")} {attempt.GetProperty("outcome")}"));
        Assert.Equal(
            ["created", "claimed", "failed", "claimed", "succeeded", "restarted", "claimed", "failed", "claimed", "succeeded"],
            timeline.Select(item => item.GetProperty("what").GetString()));
        Assert.Contains(timeline, item => string.Equals(item.GetProperty("detail").GetString(), "was succeeded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_job_that_ends_while_it_waits_for_its_retry_shows_its_last_attempt_and_was_ended_by_no_worker()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.fail","payload":{},"retry":{"base":"1h"},"expiresAt":"2099-01-01T00:00:00Z"}""");
        var retrying = await api.UntilAsync(job.Id, "retrying");
        await api.Database.ExecuteAsync("UPDATE jobservice.jobs SET expires_at = now() - interval '1 minute' WHERE id = $1", Guid.Parse(job.Id));
        await api.Database.ExecuteAsync("UPDATE jobservice.expiring_jobs SET expires_at = now() - interval '1 minute' WHERE id = $1", Guid.Parse(job.Id));
        var expired = await api.FinalAsync(job.Id);

        var attempt = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).With(200).Json.GetProperty("items").EnumerateArray().Single();
        var last = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline")).With(200).Json.GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("expired", attempt.GetProperty("startedAt").GetString()), (expired.Word("reason"), expired.Word("startedAt")));
        foreach (var shown in (Answer[])[retrying, expired])
            Assert.Equal((attempt.GetProperty("startedAt").GetString(), attempt.GetProperty("worker").GetString()), (shown.Word("startedAt"), shown.Word("worker")));
        Assert.Equal(("failed", null, "expired"), (last.GetProperty("what").GetString(), last.GetProperty("by").GetString(), last.GetProperty("detail").GetString()));
    }

    [Fact]
    public async Task A_job_that_waits_for_its_retry_tells_no_future()
    {
        var job = await api.EnqueueAsync("""{"type":"demo.fail","payload":{},"retry":{"base":"1h"}}""");
        var retrying = await api.UntilAsync(job.Id, "retrying");
        var timeline = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline")).Json.GetProperty("items").EnumerateArray();

        Assert.NotNull(retrying.Word("nextRetryAt"));
        Assert.Equal(["created", "claimed", "failed"], timeline.Select(item => item.GetProperty("what").GetString()));
    }

    [Theory]
    [InlineData("demo.sleep", "100ms", "60s")]
    [InlineData("demo.stubborn", "50ms", "150ms")]
    public async Task A_limit_ends_an_attempt_that_takes_too_long(string type, string soft, string hard)
    {
        var job = await api.RunAsync($$$"""{"type":"{{{type}}}","payload":{"duration":"2s"},"timeout":{"soft":"{{{soft}}}","hard":"{{{hard}}}"},"retry":{"maxAttempts":1}}""");
        var attempt = (await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).Json.GetProperty("items").EnumerateArray().Single();

        Assert.Equal("failed", job.Word("state"));
        Assert.NotEqual("succeeded", attempt.GetProperty("outcome").GetString());
        Assert.True(Time(attempt, "finishedAt") - Time(attempt, "startedAt") < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_job_without_attempts_has_none()
    {
        var job = await api.EnqueueAsync("""{"type":"nobody.does"}""");

        Assert.Empty((await api.GetAsync($"{Calls.Jobs}/{job.Id}/attempts")).With(200).Json.GetProperty("items").EnumerateArray());
        Assert.Equal("created", (await api.GetAsync($"{Calls.Jobs}/{job.Id}/timeline")).With(200).Json.GetProperty("items")[0].GetProperty("what").GetString());
    }

    private static DateTimeOffset Time(JsonElement attempt, string member) => attempt.GetProperty(member).GetDateTimeOffset();
}
