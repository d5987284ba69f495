using System.Text.Json;
using JobService.Api.Json;
using JobService.Api.Schedules;
using JobService.Api.Tests.Service;
using Microsoft.AspNetCore.Http;

namespace JobService.Api.Tests.Schedules;

/// <summary>What a rule comes to, before it is anyone's.</summary>
public sealed class PreviewTests(ApiService api) : IClassFixture<ApiService>
{
    private const string Moved = "The clocks are set forward over its time; it comes at the change.";
    private const string Merged = "The clocks are set forward over its time; it comes at the change, and others that fall on the same instant are dropped.";
    private const string Dropped = "The clocks are set forward; what they never show before it does not come.";
    private const string First = "The clocks show this time twice; it comes the first time.";
    private const string Again = "The clocks are set back and show this time again.";

    [Theory]
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-29T03:00:00+02:00 " + Moved, "2026-03-30T00:30:00Z 2026-03-30T02:30:00+02:00 ")]
    [InlineData("0 2,3 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z 2026-03-29T03:00:00+02:00 " + Merged, "2026-03-30T00:00:00Z 2026-03-30T02:00:00+02:00 ")]
    [InlineData("30 1-3 * * *", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z 2026-03-29T03:30:00+02:00 " + Dropped)]
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z 2026-10-25T02:30:00+02:00 " + First, "2026-10-26T01:30:00Z 2026-10-26T02:30:00+01:00 ")]
    [InlineData("*/30 * * * *", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z 2026-10-25T02:00:00+01:00 " + Again, "2026-10-25T01:30:00Z 2026-10-25T02:30:00+01:00 " + Again, "2026-10-25T02:00:00Z 2026-10-25T03:00:00+01:00 ")]
    public async Task A_note_tells_where_a_change_of_the_clocks_moves_drops_or_doubles_one(string cron, string from, params string[] expected)
    {
        var answer = (await api.PreviewAsync($""" "cron":"{cron}","timeZone":"Europe/Vienna","from":"{from}","count":{expected.Length} """)).With(200);

        Assert.Equal(expected, answer.Json.GetProperty("items").EnumerateArray().Select(Line));
    }

    [Fact]
    public async Task It_shows_what_comes_strictly_after_from_and_stores_nothing()
    {
        var answer = (await api.PreviewAsync(""" "cron":"0 9 * * 1","from":"2026-01-05T10:00:00+01:00","count":2 """)).With(200);

        Assert.Equal(["description", "warnings", "items"], answer.Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["2026-01-12T09:00:00Z", "2026-01-19T09:00:00Z"], answer.Json.GetProperty("items").Words("utc"));
        Assert.Empty((await api.GetAsync(ScheduleCalls.Schedules)).With(200).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Without_a_from_it_begins_now_and_shows_ten()
    {
        var items = (await api.PreviewAsync(""" "every":"1h" """)).With(200).Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("utc").GetDateTimeOffset()).ToArray();

        Assert.Equal(10, items.Length);
        Assert.All(items, item => Assert.True(item > TimeProvider.System.GetUtcNow().AddMinutes(1)));
    }

    [Fact]
    public async Task A_time_comes_once_and_one_that_is_past_not_at_all()
    {
        Assert.Equal(["2099-01-01T00:00:00Z"], (await api.PreviewAsync(""" "at":"2099-01-01T01:00:00+01:00" """)).With(200).Json.GetProperty("items").Words("utc"));
        Assert.Empty((await api.PreviewAsync(""" "at":"2020-01-01T00:00:00Z" """)).With(200).Json.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Words_and_warnings_are_those_of_the_rule()
    {
        const string Rule = """ "cron":"0 9 13 * FRI","timeZone":"Asia/Shanghai" """;

        Assert.Equal("at 9:00 on the 13th of the month when it is a Friday, Asia/Shanghai", (await api.PreviewAsync(Rule)).Word("description"));
        Assert.Contains("13 日", (await api.PreviewAsync(Rule, "Accept-Language: zh-Hans")).Word("description"), StringComparison.Ordinal);
        Assert.Single((await api.PreviewAsync(Rule)).Json.GetProperty("warnings").EnumerateArray());
    }

    [Fact]
    public async Task So_are_notes_where_the_caller_likes_Chinese_better()
    {
        const string Rule = """ "cron":"30 2 29 * SUN","timeZone":"Europe/Vienna","from":"2026-03-28T12:00:00Z","count":1 """;
        var english = (await api.PreviewAsync(Rule)).With(200).Json;
        var chinese = (await api.PreviewAsync(Rule, "Accept-Language: zh-CN")).With(200).Json;
        await api.MakeAsync("in.chinese", """ "cron":"30 2 29 * SUN", "timeZone":"Europe/Vienna", "startAt":"2099-01-01T00:00:00Z" """);
        var next = (await api.GetAsync($"{ScheduleCalls.Schedules}/in.chinese/next?count=1000", "Accept-Language: zh")).With(200).Json;

        Assert.Equal([Moved], english.GetProperty("items").Words("note"));
        Assert.Equal(["时钟拨快，跳过了这个时间；改在拨快的那一刻触发。"], chinese.GetProperty("items").Words("note"));
        Assert.StartsWith("同时指定了日期和星期", chinese.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Contains("时钟拨快，跳过了这个时间；改在拨快的那一刻触发。", next.GetProperty("items").Words("note"));
        Assert.StartsWith("同时指定了日期和星期", (await api.ShowAsync("in.chinese", "Accept-Language: zh")).Json.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        (await api.SendAsync("DELETE", $"{ScheduleCalls.Schedules}/in.chinese", body: null)).With(204);
    }

    [Fact]
    public void Nobody_works_for_a_caller_who_has_hung_up()
    {
        var context = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };
        var body = JsonBody<PreviewRequest>.Parse("""{"cron":"0 5-5 L-28 2 MON#1","timeZone":"Europe/Vienna","count":1000}"""u8.ToArray());

        Assert.Throws<OperationCanceledException>(() => PreviewSchedule.Handle(body, TimeProvider.System, context));
    }

    [Theory]
    [InlineData(""" "cron":"0 5-5 L-28 2 MON#1","timeZone":"Europe/Vienna" """, "2044-02-01T04:00:00Z")]
    [InlineData(""" "cron":"0 0 29 2 MON","timeZone":"Europe/Vienna" """, "2044-02-28T23:00:00Z")]
    [InlineData(""" "cron":"0 0 L-30 * MON#1" """, "2027-03-01T00:00:00Z")]
    [InlineData(""" "cron":"59 59 23 31 12 ?" """, "2026-12-31T23:59:59Z")]
    public async Task A_thousand_that_come_seldom_are_found(string rule, string first) => Assert.Equal(
        first, (await api.PreviewAsync($""" {rule},"count":1000,"from":"2026-11-01T00:00:00Z" """)).With(200).Json.GetProperty("items").Words("utc")[0]);

    [Theory]
    [InlineData("", "")]
    [InlineData(""" "cron":"@daily","count":0 """, "/count")]
    [InlineData(""" "cron":"@daily","count":1001 """, "/count")]
    [InlineData(""" "cron":"@daily","from":"today" """, "/from")]
    [InlineData(""" "cron":"@daily","from":"1969-12-31T00:00:00Z" """, "/from")]
    [InlineData(""" "cron":"@daily","name":"No Name" """, "/name")]
    [InlineData(""" "cron":"0 0 30 2 *","zone":"UTC","count":0 """, "/zone /count /cron")]
    public async Task What_is_not_acceptable_is_refused(string members, string pointers) => Assert.Equal(pointers, (await api.PreviewAsync(members)).Pointers());

    private static string Line(JsonElement item) => $"{item.GetProperty("utc").GetString()} {item.GetProperty("local").GetString()} {item.GetProperty("note").GetString()}";
}
