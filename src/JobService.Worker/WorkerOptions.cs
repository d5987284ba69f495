using System.ComponentModel.DataAnnotations;

namespace JobService.Worker;

/// <summary>How this process runs jobs; bound to <c>JobService:Worker</c>.</summary>
public sealed class WorkerOptions
{
    public const string Section = "JobService:Worker";

    /// <summary>Whether this process runs jobs at all; default true. False leaves an API that only serves.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How many jobs run at once: 1–10,000, default 20.</summary>
    [Range(1, 10_000, ErrorMessage = "JobService:Worker:Slots must be between 1 and 10000.")]
    public int Slots { get; set; } = 20;

    /// <summary>Globs of the queues it serves; default all.</summary>
    public string[] Queues { get; set; } = [];

    /// <summary>What people call it; default <c>host:process</c>.</summary>
    public string? Name { get; set; }

    /// <summary>
    /// How many handlers may be stuck past their hard limit, each with a slot opened in its place, before the process drains
    /// and exits: 0–10,000, default as many as there are slots.
    /// </summary>
    [Range(0, 10_000, ErrorMessage = "JobService:Worker:MaxStuck must be between 0 and 10000.")]
    public int? MaxStuck { get; set; }

    /// <summary>How long running handlers may go on when the process stops, before their token fires: default 20 s.</summary>
    public TimeSpan DrainGrace { get; set; } = TimeSpan.FromSeconds(20);
}
