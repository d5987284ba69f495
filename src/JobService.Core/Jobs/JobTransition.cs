using JobService.Core.Attempts;
using JobService.Core.Leases;

namespace JobService.Core.Jobs;

/// <summary>
/// The change of state that ends a claim. It is applied only while the claim's lease token still holds the job; each case
/// carries exactly what it needs, and there are no others.
/// </summary>
public abstract record JobTransition
{
    private JobTransition(JobId id, LeaseToken token)
    {
        Id = id;
        Token = token;
    }

    public JobId Id { get; }

    public LeaseToken Token { get; }

    /// <summary>
    /// Whether the job is of a sequence, as far as whoever ran it knows: such jobs are ended by a statement of their own. Where it is not said, that is found out, which costs another round trip.
    /// </summary>
    public bool IsOfSequence { get; init; }

    /// <summary>What the state machine calls it.</summary>
    public abstract JobTrigger Trigger { get; }

    public static JobTransition Succeed(JobId id, LeaseToken token, ReadOnlyMemory<byte>? result, TimeSpan? keepResult = null) =>
        new Succeeded(id, token, result, keepResult);

    public static JobTransition Retry(JobId id, LeaseToken token, AttemptFailure failure, AttemptError error, TimeSpan delay) =>
        new Retrying(id, token, failure, error, delay);

    public static JobTransition Fail(JobId id, LeaseToken token, AttemptFailure failure, AttemptError error, string reason) =>
        new Failed(id, token, failure, error, reason);

    public static JobTransition Expire(JobId id, LeaseToken token, string reason) => new Expired(id, token, reason);

    public static JobTransition Snooze(JobId id, LeaseToken token, TimeSpan delay) => new Snoozed(id, token, delay);

    public static JobTransition Release(JobId id, LeaseToken token) => new Released(id, token);

    public static JobTransition Cancel(JobId id, LeaseToken token, string? reason) => new Cancelled(id, token, reason, IsAbandoned: false);

    public static JobTransition Abandon(JobId id, LeaseToken token) => new Cancelled(id, token, Reason: null, IsAbandoned: true);

    /// <summary>The handler succeeded; the result is UTF-8 JSON, or null where the handler has none, and may have a time of its own.</summary>
    public sealed record Succeeded(JobId Id, LeaseToken Token, ReadOnlyMemory<byte>? Result, TimeSpan? KeepResult) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Succeed;
    }

    /// <summary>The attempt failed and another follows after <paramref name="Delay"/>.</summary>
    public sealed record Retrying(JobId Id, LeaseToken Token, AttemptFailure Failure, AttemptError Error, TimeSpan Delay) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Retry;
    }

    /// <summary>The attempt failed and so did the job.</summary>
    public sealed record Failed(JobId Id, LeaseToken Token, AttemptFailure Failure, AttemptError Error, string Reason) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Fail;
    }

    /// <summary>It was claimed too late to start; this attempt is not counted.</summary>
    public sealed record Expired(JobId Id, LeaseToken Token, string Reason) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Fail;
    }

    /// <summary>The handler asked to be run later; this attempt is not counted.</summary>
    public sealed record Snoozed(JobId Id, LeaseToken Token, TimeSpan Delay) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Snooze;
    }

    /// <summary>The worker gives it back; this attempt is not counted.</summary>
    public sealed record Released(JobId Id, LeaseToken Token) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Release;
    }

    /// <summary>The handler stopped because of a cancellation, or its grace was over and the lease is revoked.</summary>
    public sealed record Cancelled(JobId Id, LeaseToken Token, string? Reason, bool IsAbandoned) : JobTransition(Id, Token)
    {
        public override JobTrigger Trigger => JobTrigger.Cancel;
    }
}
