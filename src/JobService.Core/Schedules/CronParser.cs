using System.Collections.Frozen;
using System.Globalization;

namespace JobService.Core.Schedules;

/// <summary>Reads cron expressions. What it does not understand it refuses, with the field and what would be right.</summary>
internal sealed class CronParser
{
    /// <summary>Characters an expression has at most.</summary>
    public const int MaxLength = 255;

    private const int MaxDigits = 2;

    private static readonly FrozenDictionary<string, string> Macros = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@midnight"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private readonly string spreadBy;

    private CronParser(string spreadBy) => this.spreadBy = spreadBy;

    /// <param name="text">Five fields, six with seconds first, or a macro such as <c>@hourly</c>.</param>
    /// <param name="spreadBy">What <c>H</c> is spread by: the name of the schedule.</param>
    /// <param name="fault">Why it can't be read; empty when it can.</param>
    /// <returns>Null where it can't be read, or would never fire.</returns>
    public static CronExpression? TryParse(string text, string spreadBy, out string fault)
    {
        try
        {
            fault = "";
            return new CronParser(spreadBy).Parse(text);
        }
        catch (CronFaultException e)
        {
            fault = e.Message;
            return null;
        }
    }

    private CronExpression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new CronFaultException($"A cron expression has at most {MaxLength} characters; this one has {text.Length}.");

        var fields = (text.Trim() is ['@', ..] macro ? Macro(macro) : text).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (5 or 6))
        {
            throw new CronFaultException(
                $"A cron expression has five fields (minute, hour, day of month, month, day of week), or six with the second first; this one has {fields.Length}.");
        }

        var expression = fields.Length == 5 ? Parse(["0", .. fields]) : Parse(fields);
        return expression.Days.EverComes()
            ? expression
            : throw new CronFaultException($"It would never fire: no day meets day of month '{fields[^3]}', month '{fields[^2]}' and day of week '{fields[^1]}' at once.");
    }

    private CronExpression Parse(string[] fields) => new(
        Parse(CronField.Second, fields[0]),
        Parse(CronField.Minute, fields[1]),
        Parse(CronField.Hour, fields[2]),
        Parse(CronField.DayOfMonth, fields[3]),
        Parse(CronField.Month, fields[4]),
        Parse(CronField.DayOfWeek, fields[5]));

    private static string Macro(string macro) => Macros.TryGetValue(macro, out var expression) ? expression : throw new CronFaultException(
        string.Equals(macro, "@reboot", StringComparison.OrdinalIgnoreCase)
            ? "@reboot has no meaning here: a schedule does not belong to a machine."
            : $"There is no macro '{macro}'; there are {string.Join(", ", Macros.Keys.Order(StringComparer.Ordinal))}. For an interval use 'every'.");

    private CronValues Parse(CronField field, string text) => new(field, [.. text.Split(',').Select(item => ParseItem(field, item))]);

    private CronItem ParseItem(CronField field, string item)
    {
        if (item.Length == 0)
            throw Fault(field, item, "there is an item missing beside a comma");
        if (Moving(field, item) is { } moving)
            return moving;

        var slash = item.IndexOf('/', StringComparison.Ordinal);
        var (range, step) = slash < 0 ? (item, 1) : (item[..slash], Step(field, item, item[(slash + 1)..]));
        if (range is "*" || (range is "?" && (field == CronField.DayOfMonth || field == CronField.DayOfWeek)))
            return new CronItem.Every(step);
        if (range.StartsWith('H') || range.StartsWith('h'))
            return ParseSpread(field, item, range[1..], slash < 0 ? null : step);

        var dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash >= 0)
            return new CronItem.Range(Value(field, item, range[..dash]), Value(field, item, range[(dash + 1)..]), step);
        var value = Value(field, item, range);
        return slash < 0 ? new CronItem.Value(value) : new CronItem.Range(value, field.Min + field.Cycle - 1, step);
    }

    /// <summary><c>H</c>, <c>H(0-29)</c>, <c>H/15</c>: some value of the field or the range, always the same for the same schedule.</summary>
    private CronItem ParseSpread(CronField field, string item, string range, int? step)
    {
        var (from, to) = (field.Min, field.MaxSpread);
        if (range is ['(', .. var inside, ')'] && inside.Split('-') is [var first, var last])
            (from, to) = (Value(field, item, first), Value(field, item, last));
        else if (range.Length > 0)
            throw Fault(field, item, "H is followed by nothing, by a range such as H(0-29), or by a step such as H/15");
        if (to < from)
            throw Fault(field, item, "the range of H must not wrap");

        var offset = (int)Spread.Of(spreadBy, field.Name, Math.Min(step ?? int.MaxValue, to - from + 1));
        return step is { } every ? new CronItem.Range(from + offset, to, every) : new CronItem.Value(from + offset);
    }

    /// <summary>The days that differ from month to month; null where the item is none of them.</summary>
    private static CronItem? Moving(CronField field, string item)
    {
        var text = item.ToUpperInvariant();
        if (field == CronField.DayOfMonth)
        {
            return text switch
            {
                "L" => new CronItem.LastDay(0),
                "LW" or "WL" => new CronItem.LastWeekday(),
                ['L', '-', .. var before] => new CronItem.LastDay(Number(before) is { } days and < 31 ? days : throw Fault(field, item, "L- is followed by 0 to 30 days before the last")),
                [.. var day, 'W'] => new CronItem.NearestWeekday(Value(field, item, day)),
                _ => null,
            };
        }

        if (field == CronField.DayOfWeek)
        {
            return text switch
            {
                "L" => throw Fault(field, item, "which day it is the last of is missing: 5L is the last Friday of the month"),
                [.. var day, 'L'] => new CronItem.LastDayOfWeek(field.Wrap(Value(field, item, day))),
                _ when text.Split('#') is [var day, var nth] => new CronItem.NthDayOfWeek(
                    field.Wrap(Value(field, item, day)), Number(nth) is { } number and >= 1 and <= 5 ? number : throw Fault(field, item, "# is followed by 1 to 5")),
                _ => null,
            };
        }

        return null;
    }

    private static int Step(CronField field, string item, string text) => Number(text) is { } step and >= 1 && step < field.Cycle
        ? step
        : throw Fault(field, item, $"a step is a number from 1 to {field.Cycle - 1}");

    private static int Value(CronField field, string item, string text)
    {
        for (var i = 0; i < field.Names.Count; i++)
        {
            if (string.Equals(field.Names[i], text, StringComparison.OrdinalIgnoreCase))
                return field.Min + i;
        }

        return Number(text) is { } value && value >= field.Min && value <= field.Max
            ? value
            : throw Fault(field, item, $"'{Shown(text)}' is no value: it takes {field.Min} to {field.Max}{(field.Names.Count == 0 ? "" : $" or {field.Names[0]} to {field.Names[^1]}")}");
    }

    private static int? Number(string text) =>
        text.Length is > 0 and <= MaxDigits && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static CronFaultException Fault(CronField field, string item, string why) => new($"In '{Shown(item)}', the {field.Name}: {why}.");

    private static string Shown(string text) => text.Length > 40 ? $"{text[..40]}…" : text;
}
