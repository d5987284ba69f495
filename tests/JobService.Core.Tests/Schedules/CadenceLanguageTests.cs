using JobService.Core.Schedules;
using JobService.Core.Schedules.Words;

namespace JobService.Core.Tests.Schedules;

public sealed class CadenceLanguageTests
{
    [Theory]
    [InlineData("*/15 9-17 * * 1-5", "every 15 minutes from 9:00 to 17:45 on weekdays", "工作日 9:00 至 17:45 每 15 分钟")]
    [InlineData("* * * * *", "every minute", "每分钟")]
    [InlineData("* * * * * *", "every second", "每秒")]
    [InlineData("*/10 * * * * *", "every 10 seconds", "每 10 秒")]
    [InlineData("*/10 * 8,9 * * *", "every 10 seconds from 8:00 to 9:59:50", "8:00 至 9:59:50 每 10 秒")]
    [InlineData("*/5 * * * *", "every 5 minutes", "每 5 分钟")]
    [InlineData("*/25 * * * *", "at 0, 25 and 50 minutes past every hour", "每小时的第 0、25、50 分")]
    [InlineData("5 * * * *", "at 5 minutes past every hour", "每小时的第 5 分")]
    [InlineData("1 * * * *", "at 1 minute past every hour", "每小时的第 1 分")]
    [InlineData("0 * * * *", "every hour", "每小时")]
    [InlineData("0 */2 * * *", "every 2 hours", "每 2 小时")]
    [InlineData("30 */2 * * *", "every 2 hours from 0:30 to 22:30", "0:30 至 22:30 每 2 小时")]
    [InlineData("30 9-17 * * *", "every hour from 9:30 to 17:30", "9:30 至 17:30 每小时")]
    [InlineData("0,30 9-17 * * *", "every 30 minutes from 9:00 to 17:30", "9:00 至 17:30 每 30 分钟")]
    [InlineData("10,30 9-17 * * *", "at 10 and 30 minutes past each hour from 9:00 to 17:59", "9:00 至 17:59 每小时的第 10、30 分")]
    [InlineData("*/20 22-2 * * *", "every 20 minutes from 22:00 to 2:40", "22:00 至 2:40 每 20 分钟")]
    [InlineData("*/20 8-10,14-16 * * *", "every 20 minutes from 8:00 to 10:40 and from 14:00 to 16:40", "8:00 至 10:40、14:00 至 16:40 每 20 分钟")]
    [InlineData("0 9 * * *", "at 9:00 every day", "每天 9:00")]
    [InlineData("0 9,17 * * *", "at 9:00 and 17:00 every day", "每天 9:00、17:00")]
    [InlineData("30 0 9 * * *", "at 9:00:30 every day", "每天 9:00:30")]
    [InlineData("0 0 1 * *", "at 0:00 on the 1st of the month", "每月 1 日 0:00")]
    [InlineData("0 0 1,15,22-23 * *", "at 0:00 on the 1st, the 15th, the 22nd and the 23rd of the month", "每月 1 日、15 日、22 日、23 日 0:00")]
    [InlineData("0 0 L * *", "at 0:00 on the last day of the month", "每月 最后一天 0:00")]
    [InlineData("0 0 L-2 * *", "at 0:00 on 2 days before the last day of the month", "每月 最后一天的前 2 天 0:00")]
    [InlineData("0 0 LW * *", "at 0:00 on the last weekday of the month", "每月 最后一个工作日 0:00")]
    [InlineData("0 0 15W * *", "at 0:00 on the weekday nearest to the 15th of the month", "每月 最接近 15 日的工作日 0:00")]
    [InlineData("0 0 * * MON#2", "at 0:00 on the second Monday of the month", "每月第 2 个周一 0:00")]
    [InlineData("0 0 * * 5L", "at 0:00 on the last Friday of the month", "每月最后一个周五 0:00")]
    [InlineData("0 0 13 * FRI", "at 0:00 on the 13th of the month when it is a Friday", "每月 13 日且为周五 0:00")]
    [InlineData("0 0 * * SAT,SUN", "at 0:00 on weekends", "周末 0:00")]
    [InlineData("0 0 * * SUN,WED,MON", "at 0:00 on Monday, Wednesday and Sunday", "周一、周三、周日 0:00")]
    [InlineData("0 12 24 12 *", "at 12:00 on the 24th in December", "12 月 24 日 12:00")]
    [InlineData("0 12 * NOV-FEB *", "at 12:00 from November to February", "11 月至 2 月 每天 12:00")]
    [InlineData("0 12 * 1,7 MON", "at 12:00 on Monday in January and July", "1 月、7 月 周一 12:00")]
    [InlineData("15 3-5,9 1-9/2 * * *", "at second 15 of minutes 3 to 5 and 9 of hours 1, 3, 5, 7 and 9", "第 1、3、5、7、9 时 第 3 至 5、9 分 第 15 秒")]
    public void A_rule_is_told_as_one_would_tell_it(string text, string english, string chinese)
    {
        var cadence = CronCadence.TryParse(text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna"), "name", out _)!;

        Assert.Equal($"{english}, Europe/Vienna", CadenceLanguage.Describe(cadence, "en"));
        Assert.Equal($"{chinese}，Europe/Vienna", CadenceLanguage.Describe(cadence, "zh-CN"));
    }

    [Theory]
    [InlineData(1, "every second", "每 1 秒")]
    [InlineData(30, "every 30 seconds", "每 30 秒")]
    [InlineData(3600, "every hour", "每 1 小时")]
    [InlineData(5430, "every 1 hour, 30 minutes and 30 seconds", "每 1 小时 30 分钟 30 秒")]
    [InlineData(1.5, "every 1s500ms", "每 1s500ms")]
    public void So_is_an_interval(double seconds, string english, string chinese)
    {
        var cadence = new IntervalCadence(TimeSpan.FromSeconds(seconds), DateTimeOffset.UnixEpoch);

        Assert.Equal((english, chinese), (CadenceLanguage.Describe(cadence, "en-GB"), CadenceLanguage.Describe(cadence, "zh")));
    }

    [Fact]
    public void And_so_is_a_single_time()
    {
        var cadence = new OnceCadence(new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.FromHours(1)));

        Assert.Equal("once, on 1 December 2026 at 8:00:00 +01:00", CadenceLanguage.Describe(cadence, "fr"));
        Assert.Equal("仅一次，2026 年 12 月 1 日 8:00:00 +01:00", CadenceLanguage.Describe(cadence, "zh"));
    }

    [Fact]
    public void Any_rule_can_be_told()
    {
        // Every shape of each field with every shape of the others.
        string[] times = ["*", "0", "*/7", "1,5", "3-9", "9-3", "2-20/3", "H", "H/5"];
        string[] days = ["*", "1", "L", "15W", "1-7", "*/3", "LW"];
        string[] weekdays = ["*", "1", "1-5", "MON#1", "5L", "*/2"];
        foreach (var minute in times)
        {
            foreach (var hour in times)
            {
                foreach (var text in days.SelectMany(day => weekdays, (day, weekday) => $"{minute} {hour} {day} 1,6 {weekday}"))
                {
                    if (CronCadence.TryParse(text, TimeZoneInfo.Utc, "name", out var fault) is not { } cadence)
                    {
                        Assert.Contains("never fire", fault, StringComparison.Ordinal);
                        continue;
                    }

                    Assert.InRange(CadenceLanguage.Describe(cadence, "en").Length, 10, 500);
                    Assert.InRange(CadenceLanguage.Describe(cadence, "zh").Length, 5, 400);
                }
            }
        }
    }
}
