namespace JobService.Core.Schedules;

/// <summary>
/// A cron expression of five fields, or of six with seconds first, as it was understood. It knows wall-clock time alone; a
/// <see cref="CronCadence"/> puts it into a time zone.
/// </summary>
internal sealed class CronExpression(CronValues seconds, CronValues minutes, CronValues hours, CronValues daysOfMonth, CronValues months, CronValues daysOfWeek)
{
    public CronValues Seconds => seconds;

    public CronValues Minutes => minutes;

    public CronValues Hours => hours;

    public CronValues DaysOfMonth => daysOfMonth;

    public CronValues Months => months;

    public CronValues DaysOfWeek => daysOfWeek;

    public DayRule Days { get; } = new(months, daysOfMonth, daysOfWeek);

    /// <summary>Whether it names its hours, rather than step through the day.</summary>
    public bool NamesItsHours => hours.IsNamed;

    /// <summary>Whether it names all its times of the day.</summary>
    public bool NamesItsTimes => seconds.IsNamed && minutes.IsNamed && hours.IsNamed;

    /// <summary>Whether both the day of the month and the day of the week say something; other crons take either, this one takes both.</summary>
    public bool RestrictsBothDays => !daysOfMonth.IsAny && !daysOfWeek.IsAny;
}
