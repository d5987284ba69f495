namespace JobService.Core.Tests.Schedules;

/// <summary>A cron expression, and what it says of a minute of local time, written down a second time.</summary>
/// <param name="Text">The expression.</param>
/// <param name="NamesItsHours">Whether it names its hours, or steps through the day.</param>
/// <param name="Allows">Whether it allows a minute.</param>
internal sealed record ClockCase(string Text, bool NamesItsHours, Func<DateTime, bool> Allows)
{
    public static readonly IReadOnlyList<ClockCase> All =
    [
        new("30 2 * * *", NamesItsHours: true, time => time is { Hour: 2, Minute: 30 }),
        new("0 0 * * *", NamesItsHours: true, time => time is { Hour: 0, Minute: 0 }),
        new("15,45 0,1,2,3 * * *", NamesItsHours: true, time => time is { Hour: < 4, Minute: 15 or 45 }),
        new("0 2,3 * * SUN", NamesItsHours: true, time => time is { Hour: 2 or 3, Minute: 0, DayOfWeek: DayOfWeek.Sunday }),
        new("59 23 L * *", NamesItsHours: true, time => time is { Hour: 23, Minute: 59 } && time.AddDays(1).Day == 1),
        new("*/15 * * * *", NamesItsHours: false, time => time.Minute % 15 == 0),
        new("*/7 * * * *", NamesItsHours: false, time => time.Minute % 7 == 0),
        new("0 * * * *", NamesItsHours: false, time => time.Minute == 0),
        new("*/10 2 * * *", NamesItsHours: true, time => time.Hour == 2 && time.Minute % 10 == 0),
        new("0-59/10 2 * * *", NamesItsHours: true, time => time.Hour == 2 && time.Minute % 10 == 0),
        new("*/10 2-2 * * *", NamesItsHours: false, time => time.Hour == 2 && time.Minute % 10 == 0),
        new("30 1-3 * * *", NamesItsHours: false, time => time is { Hour: >= 1 and <= 3, Minute: 30 }),
        new("0 */2 * * *", NamesItsHours: false, time => time.Hour % 2 == 0 && time.Minute == 0),
        new("*/20 22-2 * * *", NamesItsHours: false, time => time.Hour is >= 22 or <= 2 && time.Minute % 20 == 0),
    ];
}
