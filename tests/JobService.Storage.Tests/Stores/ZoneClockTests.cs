using System.Globalization;
using JobService.Core.Schedules;
using JobService.TestKit;

namespace JobService.Storage.Tests.Stores;

/// <summary>
/// When clocks change is asked of PostgreSQL, which reads the zones by code of its own. A few zones over recent years, of which every version of their rules says the same.
/// </summary>
public sealed class ZoneClockTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTime From = new(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime To = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("Europe/Vienna", 18)]
    [InlineData("America/New_York", 18)]
    [InlineData("America/St_Johns", 18)]
    [InlineData("Australia/Lord_Howe", 18)]
    [InlineData("Asia/Pyongyang", 2)]
    [InlineData("Asia/Tokyo", 0)]
    public async Task The_clocks_change_when_PostgreSQL_says_so(string zone, int changes)
    {
        var expected = await database.QueryAsync<string[]>(
            """
            SELECT coalesce(array_agg(format('%s %s', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), (extract(epoch FROM apart) / 60)::int) ORDER BY instant), '{}')
            FROM (
                SELECT instant, apart, lag(apart) OVER (ORDER BY instant) AS apart_before
                FROM generate_series($2::timestamptz, $3::timestamptz, interval '30 minutes') AS instant,
                LATERAL (SELECT (instant AT TIME ZONE $1) - (instant AT TIME ZONE 'UTC') AS apart) AS offsets
            ) AS compared
            WHERE apart <> apart_before
            """,
            zone, From, To);

        Assert.Equal(changes, expected.Length);
        Assert.Equal(expected, Changes(new ZoneClock(TimeZoneInfo.FindSystemTimeZoneById(zone))));
    }

    private static IEnumerable<string> Changes(ZoneClock clock)
    {
        for (var change = clock.NextChange(From, To); change is { } set; change = clock.NextChange(set.At, To))
        {
            Assert.Equal(set.After, clock.LocalAt(set.At) - set.At);
            yield return string.Create(CultureInfo.InvariantCulture, $"{set.At:yyyy-MM-dd HH:mm} {set.After.TotalMinutes:0}");
        }
    }
}
