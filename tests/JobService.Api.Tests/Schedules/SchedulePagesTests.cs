using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>The list of all schedules, in a service that has no others.</summary>
public sealed class SchedulePagesTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task Pages_lead_through_all_of_them_by_name()
    {
        string[] names = ["list.a", "list.b", "list.b.1", "list.c", "list_d", "m"];
        foreach (var name in names.Reverse())
            (await api.PutAsync(name, $""" "every":"1h", {ScheduleCalls.Job} """)).With(201);
        (await api.PostAsync($"{ScheduleCalls.Schedules}/list.b/trigger", body: null)).With(201);

        var all = await api.PagesAsync($"{ScheduleCalls.Schedules}?limit=3");

        // The last page is full, and known to be the last.
        Assert.Equal([3, 3], all.Select(page => page.Count));
        Assert.Equal(names.Order(StringComparer.Ordinal), all.SelectMany(page => page).Select(item => item.GetProperty("name").GetString()));
        foreach (var item in all.SelectMany(page => page))
            Assert.Equal((await api.ShowAsync(item.GetProperty("name").GetString()!)).Text, item.GetRawText());
        Assert.Equal("trigger", all[0][1].GetProperty("lastRun").GetProperty("kind").GetString());
        Assert.Equal("queued", all[0][1].GetProperty("lastRun").GetProperty("jobState").GetString());
    }
}
