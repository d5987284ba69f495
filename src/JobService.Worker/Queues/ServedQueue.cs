using System.ComponentModel;

namespace JobService.Worker.Queues;

/// <summary>Queues that a worker serves, as its configuration has them: a name or a glob of names alone, or with what is special about it.</summary>
[TypeConverter(typeof(ServedQueueConverter))]
public sealed record ServedQueue
{
    /// <summary>A queue's name, or a glob of names.</summary>
    public string Name { get; set; } = "";

    /// <summary>The weight of each of them: 1–1,000, default the queue's own.</summary>
    public int? Weight { get; set; }

    /// <summary>How many jobs of all of them may run at once: 1–10,000, default as many as the worker has slots.</summary>
    public int? Slots { get; set; }
}
