using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>Lists: of schedules, of what is due next, of what became of what was due, and of the jobs of a schedule.</summary>
public sealed class ScheduleListTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task Runs_are_listed_newest_first_page_by_page()
    {
        await api.MakeAsync("paged.runs", """ "every":"1h" """);
        for (var n = 0; n < 4; n++)
            (await api.PostAsync($"{ScheduleCalls.Schedules}/paged.runs/trigger", body: null)).With(201);

        var pages = await api.PagesAsync($"{ScheduleCalls.Schedules}/paged.runs/runs?limit=2");

        Assert.Equal([2, 2], pages.Select(page => page.Count));
        var times = pages.SelectMany(page => page).Select(run => run.GetProperty("dueAt").GetDateTimeOffset()).ToArray();
        Assert.Equal(times.OrderDescending().Distinct(), times);
    }

    [Fact]
    public async Task What_is_due_next_is_listed_whether_it_is_paused_or_not()
    {
        (await api.PutAsync("next.one", $""" "cron":"0 0 1 1 *", "startAt":"2098-06-01T00:00:00Z", "maxRuns":3, "enabled":false, {ScheduleCalls.Job} """)).With(201);

        var all = (await api.GetAsync($"{ScheduleCalls.Schedules}/next.one/next")).With(200).Json.GetProperty("items");
        var two = (await api.GetAsync($"{ScheduleCalls.Schedules}/next.one/next?count=2")).With(200).Json.GetProperty("items");

        Assert.Equal(["2099-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2101-01-01T00:00:00Z"], all.Words("utc"));
        Assert.Equal(["2099-01-01T00:00:00+00:00", "2100-01-01T00:00:00+00:00"], two.Words("local"));
    }

    /// <summary>After a version that is taken back, say.</summary>
    [Fact]
    public async Task One_that_a_later_version_wrote_takes_no_other_from_the_list_and_is_refused_by_itself()
    {
        foreach (var name in (string[])["later.1", "later.2", "later.3"])
            await api.MakeAsync(name, """ "every":"1h" """);
        await api.Database.ExecuteAsync("UPDATE jobservice.schedules SET overlap = 9 WHERE name = 'later.2'");

        var pages = await api.PagesAsync($"{ScheduleCalls.Schedules}?limit=1");
        var path = $"{ScheduleCalls.Schedules}/later.2";

        Assert.Equal(["later.1", "later.3"], pages.SelectMany(page => page).Select(item => item.GetProperty("name").GetString()).Where(name => name!.StartsWith("later", StringComparison.Ordinal)));
        foreach (var refused in (Answer[])
        [
            await api.GetAsync(path), await api.PutAsync("later.2", $""" "every":"1h", {ScheduleCalls.Job} """), await api.PatchAsync("later.2", """ "maxRuns":1 """),
            await api.PostAsync($"{path}/pause", body: null), await api.PostAsync($"{path}/trigger", body: null), await api.GetAsync($"{path}/runs"),
        ])
        {
            Assert.Contains("a later one has written it", refused.Problem(503, "unavailable").Word("detail"), StringComparison.Ordinal);
        }

        (await api.SendAsync("DELETE", path, body: null)).With(204);
    }

    [Fact]
    public async Task The_jobs_of_a_schedule_are_found_by_it_and_name_it()
    {
        await api.MakeAsync("jobs.of", """ "every":"1h" """);
        await api.MakeAsync("jobs.of.other", """ "every":"1h" """);
        var job = (await api.PostAsync($"{ScheduleCalls.Schedules}/jobs.of/trigger", body: null)).With(201);
        (await api.PostAsync($"{ScheduleCalls.Schedules}/jobs.of.other/trigger", body: null)).With(201);

        var found = (await api.GetAsync($"{Calls.Jobs}?schedule=jobs.of")).With(200).Json.GetProperty("items");

        Assert.Equal([job.Id], found.Words("id"));
        Assert.Equal("jobs.of", found[0].GetProperty("schedule").GetProperty("name").GetString());
        Assert.Empty((await api.GetAsync($"{Calls.Jobs}?schedule=jobs.of&state=failed")).With(200).Json.GetProperty("items").EnumerateArray());
        Assert.Empty((await api.GetAsync($"{Calls.Jobs}?schedule=nobody")).With(200).Json.GetProperty("items").EnumerateArray());
        (await api.GetAsync($"{Calls.Jobs}?schedule=No")).Problem(422, "invalid");
    }

    [Theory]
    [InlineData("?limit=0", 422)]
    [InlineData("?limit=201", 422)]
    [InlineData("?limit=99999999999999999999", 422)]
    [InlineData("?limit=ten", 400)]
    [InlineData("?limit=1&limit=2", 400)]
    [InlineData("?name=a", 422)]
    [InlineData("?cursor=", 400)]
    [InlineData("?cursor=%00", 400)]
    [InlineData("/asked/runs?limit=201", 422)]
    [InlineData("/asked/runs?cursor=x", 400)]
    [InlineData("/asked/runs?cursor=-1.0", 400)]
    [InlineData("/asked/runs?cursor=9999999999999999999.0", 400)]
    [InlineData("/asked/runs?cursor=1.2", 400)]
    [InlineData("/asked/next?count=0", 422)]
    [InlineData("/asked/next?count=1001", 422)]
    [InlineData("/asked/next?count=x", 400)]
    [InlineData("/asked/next?cursor=a", 422)]
    public async Task A_query_that_is_not_acceptable_is_refused_with_its_parameter(string path, int status)
    {
        await api.PutAsync("asked", $""" "every":"1h", {ScheduleCalls.Job} """);
        var refused = (await api.GetAsync(ScheduleCalls.Schedules + path)).With(status);

        Assert.Contains(refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString(), (string[])["limit", "count", "cursor", "name"]);
    }
}
