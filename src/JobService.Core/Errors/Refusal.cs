namespace JobService.Core.Errors;

/// <summary>An expected "no": why a command can't be done. A value, never thrown; the API turns each case into a problem document.</summary>
public abstract record Refusal
{
    private Refusal()
    {
    }

    /// <summary>No such thing, or not for this caller.</summary>
    public sealed record NotFound(string Detail) : Refusal;

    /// <summary>It may have existed; retention has removed everything of its day, or it was erased.</summary>
    public sealed record Gone(string Detail) : Refusal;

    /// <summary>The state machine has no such move; <paramref name="Allowed"/> names the states it could be made from.</summary>
    public sealed record WrongState(string From, IReadOnlyList<string> Allowed, string Detail) : Refusal;

    /// <summary>The unique key is held; <paramref name="Holder"/> is the job that holds it, null where that would have been one of the same call, which stored nothing.</summary>
    public sealed record KeyHeld(string? Holder, string Detail) : Refusal;

    /// <summary>The <c>Idempotency-Key</c> came before with another request.</summary>
    public sealed record KeyReused(string Detail) : Refusal;

    /// <summary>A request with the same <c>Idempotency-Key</c> is still under way.</summary>
    public sealed record InFlight(string Detail, TimeSpan RetryAfter) : Refusal;

    /// <summary>One of several jobs can't be enqueued, the one at <paramref name="Index"/>, so none is.</summary>
    public sealed record OfJob(int Index, Refusal Why) : Refusal;

    /// <summary>Well-formed, but not acceptable; at least one fault.</summary>
    public sealed record Invalid(IReadOnlyList<Fault> Faults) : Refusal;

    /// <summary>Not of the form asked for: not JSON, the wrong type, a malformed cursor or header.</summary>
    public sealed record Malformed(IReadOnlyList<Fault> Faults) : Refusal;

    /// <summary>More bytes or items than are taken.</summary>
    public sealed record TooLarge(string Detail) : Refusal;

    /// <summary>The representation the caller knew is no longer the current one.</summary>
    public sealed record PreconditionFailed(string Detail) : Refusal;

    /// <summary>The queue holds as many jobs as it may.</summary>
    public sealed record QueueFull(string Detail, TimeSpan RetryAfter) : Refusal;

    /// <summary>More work than can be queued just now.</summary>
    public sealed record Overloaded(TimeSpan RetryAfter) : Refusal;

    /// <summary>The database is away or not migrated, or it is unknown whether the change was made.</summary>
    public sealed record Unavailable(string Detail, TimeSpan RetryAfter) : Refusal;

    /// <summary>Another call or transaction keeps something of it for too long, or it is changing all the time; nothing was done.</summary>
    public sealed record InUse(string Detail, TimeSpan RetryAfter) : Refusal;
}
