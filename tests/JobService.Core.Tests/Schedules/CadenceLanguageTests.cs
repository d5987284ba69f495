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
    [InlineData("*/5 * * 3 *", "every 5 minutes in March", "3 月 每 5 分钟")]
    [InlineData("*/10 2 * * *", "every 10 minutes from 2:00 to 2:50", "2:00 至 2:50 每 10 分钟")]
    [InlineData("*/25 * * * *", "at 0, 25 and 50 minutes past every hour", "每小时的第 0、25、50 分钟")]
    [InlineData("5 * * * *", "at 5 minutes past every hour", "每小时的第 5 分钟")]
    [InlineData("1 * * * *", "at 1 minute past every hour", "每小时的第 1 分钟")]
    [InlineData("0 * * * *", "every hour", "每小时")]
    [InlineData("0 */2 * * *", "every 2 hours", "每 2 小时")]
    [InlineData("30 */2 * * *", "every 2 hours from 0:30 to 22:30", "0:30 至 22:30 每 2 小时")]
    [InlineData("30 9-17 * * *", "every hour from 9:30 to 17:30", "9:30 至 17:30 每小时")]
    [InlineData("0 22-2 * * *", "every hour from 22:00 to 2:00", "22:00 至次日 2:00 每小时")]
    [InlineData("15 8-10,14-16 * * *", "every hour from 8:15 to 10:15 and from 14:15 to 16:15", "8:15 至 10:15、14:15 至 16:15 每小时")]
    [InlineData("0,30 9-17 * * *", "every 30 minutes from 9:00 to 17:30", "9:00 至 17:30 每 30 分钟")]
    [InlineData("10,30 9-17 * * *", "at 10 and 30 minutes past each hour from 9:00 to 17:59", "9:00 至 17:59 每小时的第 10、30 分钟")]
    [InlineData("*/20 22-2 * * *", "every 20 minutes from 22:00 to 2:40", "22:00 至次日 2:40 每 20 分钟")]
    [InlineData("*/15 22-2 * * MON", "every 15 minutes from 0:00 to 2:45 and from 22:00 to 23:45 on Mondays", "每周一 0:00 至 2:45、22:00 至 23:45 每 15 分钟")]
    [InlineData("*/20 * 22-2 * * MON", "every 20 seconds from 0:00 to 2:59:40 and from 22:00 to 23:59:40 on Mondays", "每周一 0:00 至 2:59:40、22:00 至 23:59:40 每 20 秒")]
    [InlineData("0 22-2 * * MON-FRI", "every hour from 0:00 to 2:00 and from 22:00 to 23:00 on weekdays", "工作日 0:00 至 2:00、22:00 至 23:00 每小时")]
    [InlineData("0 22-2 1 1 *", "every hour from 0:00 to 2:00 and from 22:00 to 23:00 on the 1st of January", "1 月 1 日 0:00 至 2:00、22:00 至 23:00 每小时")]
    [InlineData("0 22-2 * 6 *", "every hour from 0:00 to 2:00 and from 22:00 to 23:00 in June", "6 月 0:00 至 2:00、22:00 至 23:00 每小时")]
    [InlineData("*/59 */23 29 2 *", "at 0 and 59 minutes past each hour from 0:00 to 0:59 and from 23:00 to 23:59 on the 29th of February", "2 月 29 日 0:00 至 0:59、23:00 至 23:59 每小时的第 0、59 分钟")]
    [InlineData("*/20 8-10,14-16 * * *", "every 20 minutes from 8:00 to 10:40 and from 14:00 to 16:40", "8:00 至 10:40、14:00 至 16:40 每 20 分钟")]
    [InlineData("0 9 * * *", "at 9:00 every day", "每天 9:00")]
    [InlineData("0 9,17 * * *", "at 9:00 and 17:00 every day", "每天 9:00、17:00")]
    [InlineData("0 9-10 * * *", "at 9:00 and 10:00 every day", "每天 9:00、10:00")]
    [InlineData("0 22-1/3 * * *", "at 1:00 and 22:00 every day", "每天 1:00、22:00")]
    [InlineData("0 8,10-12 * * *", "at 8:00, 10:00, 11:00 and 12:00 every day", "每天 8:00、10:00、11:00、12:00")]
    [InlineData("0 5-5 * * *", "at 5:00 every day", "每天 5:00")]
    [InlineData("30 0 9 * * *", "at 9:00:30 every day", "每天 9:00:30")]
    [InlineData("0 0 1 * *", "at 0:00 on the 1st of the month", "每月 1 日 0:00")]
    [InlineData("0 0 1,15,22-23 * *", "at 0:00 on the 1st, the 15th, the 22nd and the 23rd of the month", "每月 1 日、15 日、22 日、23 日 0:00")]
    [InlineData("0 0 L * *", "at 0:00 on the last day of the month", "每月最后一天 0:00")]
    [InlineData("0 0 L-1 * *", "at 0:00 on the day before the last day of the month", "每月倒数第 2 天 0:00")]
    [InlineData("0 0 L-2 * *", "at 0:00 on the 2nd day before the last day of the month", "每月倒数第 3 天 0:00")]
    [InlineData("0 0 LW * *", "at 0:00 on the last weekday of the month", "每月最后一个工作日 0:00")]
    [InlineData("0 0 15W * *", "at 0:00 on the weekday nearest to the 15th of the month", "每月最接近 15 日的工作日 0:00")]
    [InlineData("0 0 * * MON", "at 0:00 on Mondays", "每周一 0:00")]
    [InlineData("0 0 * * MON#2", "at 0:00 on the second Monday of the month", "每月第 2 个周一 0:00")]
    [InlineData("0 0 * * 5L", "at 0:00 on the last Friday of the month", "每月最后一个周五 0:00")]
    [InlineData("0 0 * * MON,5L", "at 0:00 on Mondays and the last Friday of the month", "每周一、每月最后一个周五 0:00")]
    [InlineData("0 0 * 3 MON#2", "at 0:00 on the second Monday of March", "3 月的第 2 个周一 0:00")]
    [InlineData("0 0 * 3,6 MON#1,5L", "at 0:00 on the first Monday and the last Friday of March and June", "3 月、6 月的第 1 个周一、最后一个周五 0:00")]
    [InlineData("0 0 * 11-2 5L", "at 0:00 on the last Friday of each month from November to February", "11 月至次年 2 月每月最后一个周五 0:00")]
    [InlineData("0 0 13 * FRI", "at 0:00 on the 13th of the month when it is a Friday", "每月 13 日且为周五 0:00")]
    [InlineData("0 0 13 * SAT,SUN", "at 0:00 on the 13th of the month when it is a Saturday or a Sunday", "每月 13 日且为周末 0:00")]
    [InlineData("0 0 1-7 3 MON#1", "at 0:00 on the 1st to the 7th of March when it is the first Monday of the month", "3 月 1 日至 7 日且为当月第 1 个周一 0:00")]
    [InlineData("0 0 * * SAT,SUN", "at 0:00 on weekends", "周末 0:00")]
    [InlineData("0 0 * * SUN,WED,MON", "at 0:00 on Mondays, Wednesdays and Sundays", "每周一、周三、周日 0:00")]
    [InlineData("0 12 24 12 *", "at 12:00 on the 24th of December", "12 月 24 日 12:00")]
    [InlineData("0 12 1 1,7 *", "at 12:00 on the 1st of January and July", "1 月、7 月的 1 日 12:00")]
    [InlineData("0 12 L 2 *", "at 12:00 on the last day of February", "2 月的最后一天 12:00")]
    [InlineData("0 12 * 3-3 *", "at 12:00 every day in March", "3 月每天 12:00")]
    [InlineData("0 12 * NOV-FEB *", "at 12:00 every day from November to February", "11 月至次年 2 月每天 12:00")]
    [InlineData("0 12 * 1,7 MON", "at 12:00 on Mondays in January and July", "1 月、7 月的每周一 12:00")]
    [InlineData("15 3-5,9 1-9/2 * * *", "at second 15 of minutes 3 to 5 and 9 of hours 1, 3, 5, 7 and 9", "第 1、3、5、7、9 时 第 3 至 5、9 分 第 15 秒")]
    [InlineData("5 * 3 * * *", "at second 5 of every minute of hour 3", "第 3 时 每分钟 第 5 秒")]
    public void A_rule_is_told_as_one_would_tell_it(string text, string english, string chinese)
    {
        var cadence = Cadence(text);

        Assert.Equal($"{english}, Europe/Vienna", CadenceLanguage.Describe(cadence, "en"));
        Assert.Equal($"{chinese}，Europe/Vienna", CadenceLanguage.Describe(cadence, "zh-CN"));
    }

    [Theory]
    [InlineData(1, "every second", "每秒")]
    [InlineData(30, "every 30 seconds", "每 30 秒")]
    [InlineData(3600, "every hour", "每小时")]
    [InlineData(5430, "every 1 hour, 30 minutes and 30 seconds", "每 1 小时 30 分钟 30 秒")]
    [InlineData(1.5, "every 1.5 seconds", "每 1.5 秒")]
    [InlineData(90.125, "every 1 minute and 30.125 seconds", "每 1 分钟 30.125 秒")]
    [InlineData(86400, "every day", "每天")]
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
    public void What_its_author_may_not_have_meant_is_told_in_either_language()
    {
        var both = Cadence("0 9 13 * FRI");

        Assert.Contains("a day must meet both", Assert.Single(CadenceLanguage.Warnings(both, "en")), StringComparison.Ordinal);
        Assert.Contains("两者都满足", Assert.Single(CadenceLanguage.Warnings(both, "zh-CN")), StringComparison.Ordinal);
        Assert.Empty(CadenceLanguage.Warnings(Cadence("0 9 13 * *"), "en"));
        Assert.Empty(CadenceLanguage.Warnings(new IntervalCadence(TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch), "zh"));
    }

    [Fact]
    public void So_is_each_change_of_the_clocks_in_words_of_its_own()
    {
        foreach (var (language, letters) in ((string, string)[])[("en", "^[A-Za-z ;,.]+$"), ("zh", "^[\u4e00-\u9fff；，。]+$")])
        {
            var notes = Enum.GetValues<ClockChange>().Where(change => change != ClockChange.None).Select(change => CadenceLanguage.Note(change, language)).ToArray();

            Assert.All(notes, note => Assert.Matches(letters, note));
            Assert.Equal(notes.Length, notes.Distinct(StringComparer.Ordinal).Count());
            Assert.Null(CadenceLanguage.Note(ClockChange.None, language));
        }
    }

    /// <summary>Whoever reads the words knows when it is due: they have nothing in them that is no word, and two rules that mean something else are never told alike.</summary>
    [Theory]
    [InlineData("en", "^[A-Za-z0-9,: ]+, UTC$")]
    [InlineData("zh", "^[\u4e00-\u9fff0-9、: ]+，UTC$")]
    public void No_two_rules_are_told_alike(string language, string letters)
    {
        // Every shape of each field with every shape of the others.
        string[] times = ["*", "0", "*/7", "1,5", "3-9", "9-3", "H/5", "22-1/3"];
        string[] days = ["*", "1", "L", "L-1", "L-2", "15W", "1-7", "LW"];
        string[] weekdays = ["*", "1", "1-5", "0,6", "MON#1", "1,5L", "*/2"];
        string[] months = ["*", "6", "11-2"];
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in
            from minute in times
            from hour in times
            from day in days
            from month in months
            from weekday in weekdays
            select $"{minute} {hour} {day} {month} {weekday}")
        {
            if (CronCadence.TryParse(text, TimeZoneInfo.Utc, "name", out var fault) is not { } cadence)
            {
                Assert.Contains("never fire", fault, StringComparison.Ordinal);
                continue;
            }

            var words = CadenceLanguage.Describe(cadence, language);
            Assert.Matches(letters, words);
            Assert.DoesNotContain("  ", words, StringComparison.Ordinal);
            Assert.Equal(Meaning(cadence.Parsed), told.TryGetValue(words, out var same) ? same : told[words] = Meaning(cadence.Parsed));
        }

        Assert.InRange(told.Count, 5_000, 20_000);
    }

    /// <summary>What each field allows.</summary>
    private static string Meaning(CronExpression rule) => string.Join(" | ", new[] { rule.Minutes, rule.Hours, rule.DaysOfMonth, rule.Months, rule.DaysOfWeek }.Select(values => string.Join(
        ' ', (object[])[.. values.Values, .. values.Items.Where(item => item is not (CronItem.Every or CronItem.Value or CronItem.Range))])));

    private static CronCadence Cadence(string text) => CronCadence.TryParse(text, TimeZoneInfo.FindSystemTimeZoneById("Europe/Vienna"), "name", out _)!;
}
