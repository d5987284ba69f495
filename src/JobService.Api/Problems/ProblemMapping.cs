using System.Data.Common;
using System.Diagnostics;
using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Api.Problems;

/// <summary>Turns what went wrong into a problem document: each refusal, and the few exceptions that are an answer too.</summary>
internal static class ProblemMapping
{
    /// <summary>How long a caller waits while the database is away and nobody knows better.</summary>
    private static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>The SQLSTATE of a lock that was waited for in vain.</summary>
    private const string LockNotAvailable = "55P03";

    private static readonly TimeSpan LockRetryAfter = TimeSpan.FromSeconds(1);

    public static ProblemResult ToResult(this Refusal refusal) => refusal switch
    {
        Refusal.NotFound { Detail: var detail } => ProblemResult.Of(ProblemKind.NotFound, detail),
        Refusal.Gone { Detail: var detail } => ProblemResult.Of(ProblemKind.Gone, detail),
        Refusal.WrongState wrong => new(ProblemResult.Describe(ProblemKind.WrongState, wrong.Detail) with { From = wrong.From, Allowed = wrong.Allowed }),
        Refusal.KeyHeld held => new(ProblemResult.Describe(ProblemKind.UniqueConflict, held.Detail) with { Holder = held.Holder }),
        Refusal.KeyReused { Detail: var detail } => ProblemResult.Of(ProblemKind.IdempotencyKeyReused, detail),
        Refusal.InFlight { Detail: var detail, RetryAfter: var wait } => ProblemResult.Of(ProblemKind.IdempotencyKeyInFlight, detail, wait),
        Refusal.OfJob of => OfJob(of),
        Refusal.Invalid { Faults: var faults } => new(Describe(ProblemKind.Invalid, faults)),
        Refusal.Malformed { Faults: var faults } => new(Describe(ProblemKind.Malformed, faults)),
        Refusal.TooLarge { Detail: var detail } => ProblemResult.Of(ProblemKind.TooLarge, detail),
        Refusal.PreconditionFailed { Detail: var detail } => ProblemResult.Of(ProblemKind.PreconditionFailed, detail),
        Refusal.Overloaded { RetryAfter: var wait } => ProblemResult.Of(ProblemKind.Overloaded, retryAfter: wait),
        Refusal.QueueFull { Detail: var detail, RetryAfter: var wait } => ProblemResult.Of(ProblemKind.QueueFull, detail, wait),
        Refusal.Unavailable { Detail: var detail, RetryAfter: var wait } => ProblemResult.Of(ProblemKind.Unavailable, detail, wait),
        Refusal.InUse { Detail: var detail, RetryAfter: var wait } => ProblemResult.Of(ProblemKind.InUse, detail, wait),
        _ => throw new UnreachableException(),
    };

    /// <summary>The problem of an exception that reached the edge. No word of the exception itself gets out.</summary>
    public static ProblemResult ToResult(this Exception exception) => exception switch
    {
        BadHttpRequestException bad => ProblemResult.Of(ProblemKind.OfStatus(bad.StatusCode)),
        DatabaseUnreachableException => ProblemResult.Of(ProblemKind.Unavailable, "The database can't be reached; nothing was changed.", DatabaseRetryAfter),
        DbException database when StorageFaults.IsNotMigrated(database) =>
            ProblemResult.Of(ProblemKind.Unavailable, "The database is not migrated to this version of the service.", DatabaseRetryAfter),
        DbException { SqlState: LockNotAvailable } =>
            ProblemResult.Of(ProblemKind.InUse, "A transaction that is still open holds what this call is about; nothing was changed.", LockRetryAfter),
        DbException database when IsAway(database) => ProblemResult.Of(ProblemKind.Unavailable, retryAfter: DatabaseRetryAfter),
        _ => ProblemResult.Of(ProblemKind.InternalError),
    };

    // Beside what passes by itself: a statement that took too long, and what waits for whoever runs the database. No such database or dropped,
    // no such user or a wrong password, a standby that takes no writes. Anything else the database says no to is a bug of ours.
    private static bool IsAway(DbException exception) =>
        exception.IsTransient || exception.SqlState is "57014" or "3D000" or "57P04" or "28000" or "28P01" or "25006";

    /// <summary>Why a final job has no result to show.</summary>
    public static ProblemResult NoResult(Job job)
    {
        var kind = job.State == JobState.Cancelled ? ProblemKind.JobCancelled : ProblemKind.JobFailed;
        return new(ProblemResult.Describe(kind, detail: null) with { Reason = job.Reason, Error = Jobs.JobErrorResponse.From(job.LastError) });
    }

    /// <summary>The problem of one of several jobs, which says which one it is; without it, all of them would be stored.</summary>
    private static ProblemResult OfJob(Refusal.OfJob of)
    {
        var why = of.Why.ToResult();
        var at = FormattableString.Invariant($"/jobs/{of.Index}");
        Fault[] faults = why.Problem.Errors is { } errors
            ? [.. errors.Select(fault => fault with { Pointer = at + fault.Pointer })]
            : [new Fault(of.Why switch { Refusal.KeyHeld or Refusal.Gone => at + "/unique", Refusal.QueueFull => at + "/queue", _ => at }, why.Problem.Detail!)];
        return new ProblemResult(why.Problem with { Errors = faults }, why.RetryAfter);
    }

    private static ProblemResponse Describe(ProblemKind kind, IReadOnlyList<Fault> faults) =>
        ProblemResult.Describe(kind, faults is [var only] ? only.Detail : $"There are {faults.Count} faults.") with { Errors = faults };
}
