using System.ComponentModel.DataAnnotations;
using JobService.Core.Claiming;
using JobService.Worker.Queues;

namespace JobService.Worker;

/// <summary>How this process runs jobs; bound to <c>JobService:Worker</c>.</summary>
public sealed class WorkerOptions
{
    public const string Section = "JobService:Worker";

    /// <summary>Whether this process runs jobs at all; default true. False leaves an API that only serves.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many jobs run at once: 1–10,000, default 20.</summary>
    [Range(1, 10_000, ErrorMessage = $"{Section}:{nameof(Slots)} must be between 1 and 10000.")]
    public int Slots { get; set; } = 20;

    /// <summary>The queues it serves, by name or glob, each with a weight and slots of its own where that is wanted; default all. A queue belongs to the first that it matches.</summary>
    public ServedQueue[] Queues { get; set; } = [];

    /// <summary>Which of them it claims from first: <c>weighted</c> (default), each gets a share, or <c>strict</c>, as they are listed.</summary>
    public QueueOrder QueueOrder { get; set; } = QueueOrder.Weighted;

    /// <summary>What people call it; default <c>host:process</c>.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// How many handlers may be stuck past their hard limit, each with a slot opened in its place, before the process drains
    /// and exits: 0–10,000, default as many as there are slots.
    /// </summary>
    [Range(0, 10_000, ErrorMessage = $"{Section}:{nameof(MaxStuck)} must be between 0 and 10000.")]
    public int? MaxStuck { get; set; }

    /// <summary>
    /// How long running handlers may go on when the process stops, before their token fires: 0 to 1 day, default 20 s. Whoever stops the process
    /// must wait longer.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00", ErrorMessage = $"{Section}:{nameof(DrainGrace)} must be between 00:00:00 and 1.00:00:00.")]
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(20);
}
