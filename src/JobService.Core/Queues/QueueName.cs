using System.Diagnostics.CodeAnalysis;

namespace JobService.Core.Queues;

/// <summary>The name of a queue, such as <c>default</c>. A queue comes to be when its first job is enqueued.</summary>
public readonly record struct QueueName
{
    /// <summary>Where a job goes that names no queue.</summary>
    public static readonly QueueName Default = new("default");

    private QueueName(string name) => Name = name;

    public string Name { get; }

    /// <exception cref="FormatException">The name does not match <see cref="NamePattern.Expression"/>.</exception>
    public static QueueName Parse(string name) =>
        TryParse(name, out var queue) ? queue : throw new FormatException($"The queue name '{name}' does not match {NamePattern.Expression}.");

    public static bool TryParse([NotNullWhen(true)] string? name, out QueueName queue)
    {
        var isName = NamePattern.IsMatch(name);
        queue = isName ? new QueueName(name!) : default;
        return isName;
    }

    public override string ToString() => Name;
}
