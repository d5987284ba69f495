using System.Diagnostics.CodeAnalysis;
using JobService.Core.Queues;

namespace JobService.Core.Schedules;

/// <summary>The name of a schedule, such as <c>report.daily</c>: what it is called by, and what <c>H</c> and jitter are spread by.</summary>
public readonly record struct ScheduleName
{
    private ScheduleName(string name) => Name = name;

    public string Name { get; }

    /// <exception cref="FormatException">The name does not match <see cref="NamePattern.Expression"/>.</exception>
    public static ScheduleName Parse(string name) =>
        TryParse(name, out var schedule) ? schedule : throw new FormatException($"The schedule name '{name}' does not match {NamePattern.Expression}.");

    public static bool TryParse([NotNullWhen(true)] string? name, out ScheduleName schedule)
    {
        var isName = NamePattern.IsMatch(name);
        schedule = isName ? new ScheduleName(name!) : default;
        return isName;
    }

    public override string ToString() => Name;
}
