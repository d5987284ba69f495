using JobService.Core.Errors;

namespace JobService.Core.Schedules;

/// <summary>When a schedule is due, as it is written: a cron expression in a time zone, an interval, or one time.</summary>
public sealed record ScheduleRule
{
    /// <summary>The time zone of a cron expression that names none.</summary>
    public const string DefaultTimeZone = "UTC";

    private const int MostKept = 2_000;

    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(3650);
    private static readonly CadenceCache Cadences = new(MostKept);

    private ScheduleRule()
    {
    }

    /// <summary>The expression; null where the rule is another.</summary>
    public string? Cron { get; private init; }

    /// <summary>Whose clocks the expression goes by, as the IANA database calls it; null without one.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>The interval; null where the rule is another.</summary>
    public TimeSpan? Every { get; private init; }

    /// <summary>The one time; null where the rule is another.</summary>
    public DateTimeOffset? At { get; private init; }

    /// <summary>Makes a rule of what is written, of which exactly one of <paramref name="cron"/>, <paramref name="every"/> and <paramref name="at"/> is to be given.</summary>
    /// <param name="name">The schedule's, by which <c>H</c> is spread.</param>
    /// <param name="cron">Five fields, six with seconds first, or a macro.</param>
    /// <param name="timeZone">For <paramref name="cron"/> alone.</param>
    /// <param name="every">From 1 s to ten years, in whole milliseconds.</param>
    /// <param name="at">Kept to the microsecond, as the database keeps it.</param>
    /// <returns>Refused with a fault for each member that is wrong.</returns>
    public static Result<ScheduleRule> Of(ScheduleName name, string? cron, string? timeZone, TimeSpan? every, DateTimeOffset? at)
    {
        var given = (cron is null ? 0 : 1) + (every is null ? 0 : 1) + (at is null ? 0 : 1);
        if (given != 1)
            return Refuse("", given == 0 ? "When is it due? Give one of cron, every and at." : "cron, every and at exclude each other; give one of them.");
        if (timeZone is not null && cron is null)
            return Refuse("/timeZone", "A time zone goes with cron alone: an interval is time that passes, and a time has its offset.");

        if (cron is not null)
        {
            var rule = new ScheduleRule { Cron = cron, TimeZone = timeZone ?? DefaultTimeZone };
            return rule.TryCadence(name, default, out var pointer, out var fault) is null ? Refuse(pointer, fault) : rule;
        }

        if (every is { } interval && (interval < IntervalCadence.Shortest || interval > LongestInterval || interval.Ticks % TimeSpan.TicksPerMillisecond != 0))
            return Refuse("/every", "Expected a duration from 1 s to ten years (3650d), in whole milliseconds.");
        return new ScheduleRule { Every = every, At = at is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime() : null };
    }

    /// <summary>As it was stored, and checked before.</summary>
    internal static ScheduleRule Stored(string? cron, string? timeZone, TimeSpan? every, DateTimeOffset? at) =>
        new() { Cron = cron, TimeZone = timeZone, Every = every, At = at };

    /// <summary>When it is due, for a schedule whose intervals count from <paramref name="anchor"/>.</summary>
    /// <param name="name">The schedule's.</param>
    /// <param name="anchor">Of intervals.</param>
    /// <param name="fault">Why it can't be told; empty when it can.</param>
    /// <returns>Null where this machine does not know the time zone, or another version wrote what this one does not understand.</returns>
    public Cadence? TryCadence(ScheduleName name, DateTimeOffset anchor, out string fault) => TryCadence(name, anchor, out _, out fault);

    private Cadence? TryCadence(ScheduleName name, DateTimeOffset anchor, out string pointer, out string fault)
    {
        (pointer, fault) = ("/cron", "");
        if (Cron is not { } cron)
            return Every is { } every ? new IntervalCadence(every, anchor) : new OnceCadence(At!.Value);

        if (TimeZones.Find(TimeZone!, out fault) is { } zone)
            return Cadences.TryParse(cron, zone, name.Name, out fault);
        pointer = "/timeZone";
        return null;
    }

    private static Refusal.Invalid Refuse(string pointer, string detail) => new([new Fault(pointer, detail)]);
}
