using System.ComponentModel.DataAnnotations;

namespace JobService.Core.Enqueueing;

/// <summary>How requests to enqueue are gathered; bound to <c>JobService:Enqueue</c>.</summary>
public sealed class EnqueueOptions
{
    public const string Section = "JobService:Enqueue";

    /// <summary>How many jobs may wait for their commit before more are refused with 429: 1–1,000,000, default 10,000.</summary>
    [Range(1, 1_000_000, ErrorMessage = $"{Section}:{nameof(MaxWaiting)} must be between 1 and 1000000.")]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>How many jobs one commit takes at most: 1–10,000, default 1,000.</summary>
    [Range(1, 10_000, ErrorMessage = $"{Section}:{nameof(MaxBatch)} must be between 1 and 10000.")]
    public int MaxBatch { get; set; } = 1_000;

    /// <summary>How many commits may be under way at once: 1–8, default 2. A second begins only when hundreds of jobs wait, or the first takes long.</summary>
    [Range(1, 8, ErrorMessage = $"{Section}:{nameof(Flushers)} must be between 1 and 8.")]
    public int Flushers { get; set; } = 2;
}
