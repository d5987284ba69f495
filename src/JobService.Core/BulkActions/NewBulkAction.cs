using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Rates;

namespace JobService.Core.BulkActions;

/// <summary>What is to be done with all jobs that a filter finds, among those that are there when it is asked for.</summary>
public sealed record NewBulkAction
{
    public required BulkActionKind Kind { get; init; }

    /// <summary>Which jobs, as it was given; <see cref="BulkActionRules.Jobs"/> says what that comes to.</summary>
    public required JobFilter Filter { get; init; }

    /// <summary>Of a move: where to.</summary>
    public QueueName? Queue { get; init; }

    /// <summary>Of a cancellation: why; kept with each job.</summary>
    public string? Reason { get; init; }

    /// <summary>So many jobs in a time; null for as fast as it goes.</summary>
    public RateLimit? Pace { get; init; }

    /// <summary>Who asks for it: the name of an API key; null for a developer on this machine.</summary>
    public string? CreatedBy { get; init; }
}
