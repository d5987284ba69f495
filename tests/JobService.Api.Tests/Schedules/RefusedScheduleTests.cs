using JobService.Api.Tests.Service;

namespace JobService.Api.Tests.Schedules;

/// <summary>What is wrong with a schedule is said at its place, in a sentence that helps, and at once.</summary>
public sealed class RefusedScheduleTests(ApiService api) : IClassFixture<ApiService>
{
    [Theory]
    [InlineData("60 * * * *", "minute: '60'", "0 to 59")]
    [InlineData("* 24 * * *", "hour: '24'", "0 to 23")]
    [InlineData("* * 0 * *", "day of month: '0'", "1 to 31")]
    [InlineData("* * 32 * *", "day of month: '32'", "1 to 31")]
    [InlineData("* * * 13 *", "month: '13'", "JAN to DEC")]
    [InlineData("* * * * 8", "day of week: '8'", "SUN to SAT")]
    [InlineData("60 * * * * *", "second: '60'", "0 to 59")]
    [InlineData("0-60 * * * *", "minute: '60'", "0 to 59")]
    [InlineData("1--100000000 * * * *", "minute: '-100000000'", "0 to 59")]
    [InlineData("1--100000000", "five fields", "has 1")]
    [InlineData("-1 * * * *", "minute: ''", "0 to 59")]
    [InlineData("*/0 * * * *", "a step is a number from 1 to 59", "minute")]
    [InlineData("*/60 * * * *", "a step is a number from 1 to 59", "minute")]
    [InlineData("* */24 * * *", "a step is a number from 1 to 23", "hour")]
    [InlineData("*/-5 * * * *", "a step is a number from 1 to 59", "minute")]
    [InlineData("*/99999999999 * * * *", "a step is a number from 1 to 59", "minute")]
    [InlineData("5,,7 * * * *", "missing beside a comma", "minute")]
    [InlineData("* * * *", "five fields", "has 4")]
    [InlineData("* * * * * * *", "five fields", "has 7")]
    [InlineData("", "five fields", "has 0")]
    [InlineData("*", "five fields", "has 1")]
    [InlineData("@reboot", "does not belong to a machine", "@reboot")]
    [InlineData("@every 5m", "@hourly", "every")]
    [InlineData("* * * * MON#6", "# is followed by 1 to 5", "day of week")]
    [InlineData("* * L-31 * *", "0 to 30", "day of month")]
    [InlineData("* * * * L", "5L", "day of week")]
    [InlineData("H(30-10) * * * *", "must not wrap", "H")]
    [InlineData("0 0 30 2 *", "never fire", "'30'")]
    [InlineData("0 0 31 2,4,6,9,11 *", "never fire", "'31'")]
    [InlineData("0 0 1W * SAT", "never fire", "'SAT'")]
    [InlineData("１ * * * *", "minute: '１'", "0 to 59")]
    public async Task A_cron_expression_is_refused_with_what_would_be_right(string cron, params string[] words)
    {
        var rule = $""" "cron":"{cron}" """;
        foreach (var refused in (Answer[])[await api.PutAsync("refused", $"{rule}, {ScheduleCalls.Job}"), await api.PreviewAsync(rule)])
        {
            Assert.Equal("/cron", refused.Pointers());
            Assert.All(words, word => Assert.Contains(word, refused.Word("detail"), StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("0,")]
    [InlineData(" ")]
    [InlineData("H/")]
    [InlineData("1-")]
    public async Task An_expression_of_ten_kilobytes_is_refused_by_its_length(string repeated)
    {
        var text = string.Concat(Enumerable.Repeat(repeated, 10_240 / repeated.Length));
        var refused = await api.PutAsync("refused", $""" "cron":"{text}", {ScheduleCalls.Job} """);

        Assert.Equal("/cron", refused.Pointers());
        Assert.Contains("at most 255 characters; this one has 10240", refused.Word("detail"), StringComparison.Ordinal);
        Assert.InRange(refused.Text.Length, 1, 1_000);
    }

    [Theory]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("CST")]
    [InlineData("EST")]
    [InlineData("IST")]
    [InlineData("Central Standard Time")]
    [InlineData("+02:00")]
    [InlineData("UTC+2")]
    [InlineData("utc", "did you mean UTC")]
    [InlineData("europe/vienna", "did you mean Europe/Vienna")]
    [InlineData("us/eastern", "did you mean US/Eastern")]
    [InlineData("Japan", "Asia/Tokyo")]
    [InlineData("GMT", "UTC")]
    [InlineData("EET")]
    [InlineData("right/Europe/Vienna")]
    [InlineData("posix/Europe/Vienna")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/../Europe/Vienna")]
    [InlineData("/dev/zero")]
    [InlineData("Europe/Vienna ")]
    [InlineData("Europe//Vienna")]
    [InlineData("", "Europe/Vienna")]
    [InlineData("Europe/Vienna,Europe/Berlin")]
    public async Task A_time_zone_that_is_none_or_several_is_refused(string zone, string words = "Europe/Vienna")
    {
        var rule = $""" "cron":"@daily", "timeZone":"{zone}" """;

        foreach (var refused in (Answer[])[await api.PutAsync("refused", $"{rule}, {ScheduleCalls.Job}"), await api.PreviewAsync(rule)])
        {
            Assert.Equal("/timeZone", refused.Pointers());
            Assert.Contains(words, refused.Word("detail"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("""  "maxRuns":1 """, "", "Give one of cron, every and at")]
    [InlineData(""" "cron":null,"every":null """, "", "Give one of cron, every and at")]
    [InlineData(""" "cron":"@daily","every":"1h" """, "", "exclude each other")]
    [InlineData(""" "cron":"@daily","at":"2099-01-01T00:00:00Z" """, "", "exclude each other")]
    [InlineData(""" "cron":"@daily","every":1,"at":"2099-01-01T00:00:00Z" """, "", "exclude each other")]
    [InlineData(""" "every":"1h","timeZone":"Europe/Vienna" """, "/timeZone", "cron alone")]
    [InlineData(""" "every":"999ms" """, "/every", "from 1 s to ten years")]
    [InlineData(""" "every":0 """, "/every", "from 1 s to ten years")]
    [InlineData(""" "every":"3651d" """, "/every", "from 1 s to ten years")]
    [InlineData(""" "every":"1.0005s" """, "/every", "whole milliseconds")]
    [InlineData(""" "every":"-1h" """, "/every", "Expected a duration")]
    [InlineData(""" "every":"soon" """, "/every", "Expected a duration")]
    [InlineData(""" "at":"2020-01-01T00:00:00Z" """, "/at", "has passed")]
    [InlineData(""" "at":"2099-01-01T00:00:00" """, "/at", "with an offset")]
    [InlineData(""" "at":"2099-01-01T00:00:00Z","startAt":"2100-01-01T00:00:00Z" """, "/at", "startAt")]
    [InlineData(""" "every":1,"startAt":"2099-01-02T00:00:00Z","endAt":"2099-01-01T00:00:00Z" """, "/endAt", "not before startAt")]
    [InlineData(""" "every":1,"endAt":"2020-01-01T00:00:00Z" """, "/endAt", "never fire")]
    [InlineData(""" "cron":"0 0 * * *","startAt":"2099-01-01T01:00:00Z","endAt":"2099-01-01T02:00:00Z" """, "/endAt", "never fire")]
    [InlineData(""" "every":1,"startAt":"9001-01-01T00:00:00Z" """, "/startAt", "1970 to 9000")]
    [InlineData(""" "every":1,"misfire":"often" """, "/misfire", "fireOnce")]
    [InlineData(""" "every":1,"misfire":"FireOnce" """, "/misfire", "fireOnce")]
    [InlineData(""" "every":1,"overlap":"maybe" """, "/overlap", "cancelPrevious")]
    [InlineData(""" "every":1,"maxCatchUp":0 """, "/maxCatchUp", "1 to 500")]
    [InlineData(""" "every":1,"maxCatchUp":501 """, "/maxCatchUp", "1 to 500")]
    [InlineData(""" "every":1,"maxCatchUp":1000000000000000000000000000000 """, "/maxCatchUp", "1 to 500")]
    [InlineData(""" "every":1,"maxRuns":0 """, "/maxRuns", "from 1 to 1000000000000")]
    [InlineData(""" "every":1,"maxRuns":1000000000001 """, "/maxRuns", "from 1 to 1000000000000")]
    [InlineData(""" "every":1,"maxRuns":9223372036854775808 """, "/maxRuns", "from 1 to 1000000000000")]
    [InlineData(""" "every":1,"maxRuns":-9223372036854775809 """, "/maxRuns", "from 1 to 1000000000000")]
    [InlineData(""" "every":1,"jitter":"25h" """, "/jitter", "a day")]
    [InlineData(""" "every":1,"pauseAfterFailures":0 """, "/pauseAfterFailures", "1 to 1000")]
    [InlineData(""" "every":1,"evry":1 """, "/evry", "no such member")]
    public async Task What_is_out_of_bounds_is_refused_where_it_stands(string members, string pointer, string words)
    {
        var refused = await api.PutAsync("refused", $"{members}, {ScheduleCalls.Job}");

        Assert.Equal(pointer, refused.Pointers());
        Assert.Contains(words, refused.Word("detail"), StringComparison.Ordinal);
        (await api.GetAsync($"{ScheduleCalls.Schedules}/refused")).Problem(404, "not-found");
    }

    [Theory]
    [InlineData("", "/job")]
    [InlineData(""", "job":null """, "/job")]
    [InlineData(""", "job":{} """, "/job/type")]
    [InlineData(""", "job":{"type":"No Type"} """, "/job/type")]
    [InlineData(""", "job":{"type":"a","priority":10,"queue":"No Queue"} """, "/job/queue /job/priority")]
    [InlineData(""", "job":{"type":"a","runAt":"2099-01-01T00:00:00Z"} """, "/job/runAt")]
    [InlineData(""", "job":{"type":"a","delay":"1h","expiresAt":"2099-01-01T00:00:00Z","deadline":"2099-01-01T00:00:00Z"} """, "/job/delay /job/expiresAt /job/deadline")]
    [InlineData(""", "job":{"type":"a","retry":{"maxAttempts":0}} """, "/job/retry/maxAttempts")]
    [InlineData(""", "job":{"type":"a","timeout":"0s"} """, "/job/timeout")]
    [InlineData(""", "job":{"type":"a","tags":{"":"x"}} """, "/job/tags/")]
    [InlineData(""", "job":{"type":"a","typo":1} """, "/job/typo")]
    [InlineData(""", "job":{"type":"a","unique":{"key":"k"}} """, "/job/unique")]
    [InlineData(""", "job":{"type":"a","sequence":"a"} """, "/job/sequence")]
    [InlineData(""", "job":{"type":"a","limitKeys":["a b","queue:low"]} """, "/job/limitKeys/0 /job/limitKeys/1")]
    public async Task A_template_is_refused_as_the_job_would_be(string members, string pointers) =>
        Assert.Equal(pointers, (await api.PutAsync("refused", $""" "every":1 {members} """)).Pointers());

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once() => Assert.Equal(
        "/typo /cron /job /overlap /startAt",
        (await api.PutAsync("refused", """ "cron":"60 * * * *","typo":1,"startAt":"soon","overlap":"no" """)).Pointers());

    [Theory]
    [InlineData("NoName")]
    [InlineData("-a")]
    [InlineData("%20")]
    public async Task A_name_is_one_as_all_names_are(string name) => Assert.Equal("name", (await api.PutAsync(name, $""" "every":1, {ScheduleCalls.Job} """)).Pointers());

    [Theory]
    [InlineData("""{"cron":5}""", "/cron")]
    [InlineData("""{"every":true}""", "/every")]
    [InlineData("""{"every":1,"every":2}""", "/every")]
    [InlineData("""{"maxRuns":1.5}""", "/maxRuns")]
    [InlineData("""{"maxRuns":1e2}""", "/maxRuns")]
    [InlineData("""{"maxRuns":"1"}""", "/maxRuns")]
    [InlineData("""{"job":"a"}""", "/job")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public async Task What_can_not_be_read_is_malformed(string body, string pointer)
    {
        var refused = (await api.SendAsync("PUT", $"{ScheduleCalls.Schedules}/refused", body)).Problem(400, "malformed");
        Assert.Equal(pointer, refused.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
    }
}
