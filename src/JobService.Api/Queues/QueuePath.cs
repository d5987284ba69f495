using JobService.Core.Errors;
using JobService.Core.Queues;

namespace JobService.Api.Queues;

/// <summary>The queue that a path names.</summary>
internal static class QueuePath
{
    /// <summary>For a call that may make it.</summary>
    public static Result<QueueName> Name(string name) =>
        QueueName.TryParse(name, out var queue) ? queue : new Refusal.Invalid([new Fault("name", $"Expected a name that matches {NamePattern.Expression}.")]);

    /// <summary>For a call about one that there is.</summary>
    public static Result<QueueName> Existing(string name) =>
        QueueName.TryParse(name, out var queue) ? queue : new Refusal.NotFound($"There is no queue '{name}'.");
}
