using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;

namespace JobService.Core.Claiming;

/// <summary>One job taken by one worker: the timed right to run it once, and all that running it needs.</summary>
public sealed record Claim
{
    public required JobId Id { get; init; }

    /// <summary>Proves the right; every write about this run carries it.</summary>
    public required LeaseToken Token { get; init; }

    public required JobType Type { get; init; }

    public required QueueName Queue { get; init; }

    public required JobPriority Priority { get; init; }

    /// <summary>The number of this run, from 1; it never repeats within the life of the job.</summary>
    public required int Attempt { get; init; }

    /// <summary>How often a worker died or was cut off while running it, in this generation.</summary>
    public required int Crashes { get; init; }

    /// <summary>Attempts that the policy no longer counts: those before it was last retried by hand.</summary>
    public required int AttemptsForgiven { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    public required JobPolicies Policies { get; init; }

    public required IReadOnlyDictionary<string, string> Tags { get; init; }

    public required ReadOnlyMemory<byte>? Metadata { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first due, in this generation.</summary>
    public required DateTimeOffset RunAt { get; init; }

    /// <summary>When it was claimed, by the database's clock; what happens later is this plus a measured duration.</summary>
    public required DateTimeOffset ClaimedAt { get; init; }

    public required DateTimeOffset? ExpiresAt { get; init; }

    public required DateTimeOffset? Deadline { get; init; }

    /// <inheritdoc cref="NewJob.Schedule"/>
    public required JobSchedule? Schedule { get; init; }

    public required string? TraceParent { get; init; }

    public required string? TraceState { get; init; }

    /// <summary>Whether it runs alone among its like: its worker was lost more than once, and it may be why.</summary>
    public bool IsSuspect => Crashes >= 2;

    /// <summary>How many attempts have failed if this one does; what the retry policy counts.</summary>
    public int FailuresIfThisFails => Attempt - AttemptsForgiven - Crashes;

    /// <summary>The number of the last attempt the policy allows, crashes and forgiven attempts included.</summary>
    public int MaxAttempts => Policies.Retry.MaxAttempts + AttemptsForgiven + Crashes;
}
