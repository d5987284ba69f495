using System.Diagnostics.CodeAnalysis;
using JobService.Core.Queues;

namespace JobService.Core.Jobs;

/// <summary>The stable name of a kind of work, such as <c>email.send</c>; it picks the handler and never names a CLR type.</summary>
public readonly record struct JobType
{
    private JobType(string name) => Name = name;

    public string Name { get; }

    /// <exception cref="FormatException">The name does not match <see cref="NamePattern.Expression"/>.</exception>
    public static JobType Parse(string name) =>
        TryParse(name, out var type) ? type : throw new FormatException($"The job type '{name}' does not match {NamePattern.Expression}.");

    public static bool TryParse([NotNullWhen(true)] string? name, out JobType type)
    {
        var isName = NamePattern.IsMatch(name);
        type = isName ? new JobType(name!) : default;
        return isName;
    }

    public override string ToString() => Name;
}
