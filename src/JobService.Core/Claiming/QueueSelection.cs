namespace JobService.Core.Claiming;

/// <summary>Queues that a worker serves alike.</summary>
/// <param name="Glob">Which ones: a name, or a glob of names.</param>
public sealed record QueueSelection(string Glob)
{
    /// <summary>Every queue.</summary>
    public static readonly QueueSelection All = new("*");

    private readonly Routing.Glob glob = new(Glob);

    /// <summary>Which ones: a name, or a glob of names.</summary>
    public string Glob
    {
        get => glob.ToString();
        init => glob = new Routing.Glob(value);
    }

    /// <summary>The weight of each of them; null leaves it to the queue.</summary>
    public int? Weight { get; init; }

    /// <summary>How many jobs of all of them may be claimed; null for as many as of any other.</summary>
    public int? MaxJobs { get; init; }

    public static implicit operator QueueSelection(string glob) => new(glob);

    public bool Matches(string queue) => glob.Matches(queue);
}
