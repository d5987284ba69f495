using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Core.Enqueueing;

/// <summary>What becomes of a new job, given who holds its unique key.</summary>
internal abstract record KeyDecision
{
    private KeyDecision()
    {
    }

    /// <summary>It is enqueued and takes the key.</summary>
    /// <param name="Superseded">The holder, which is cancelled first; null where the key is free.</param>
    public sealed record Take(JobId? Superseded = null) : KeyDecision;

    /// <summary>The holder answers for it.</summary>
    public sealed record Join : KeyDecision;

    /// <summary>The holder answers for it, once this is changed in it.</summary>
    public sealed record Change(JobEdit Edit) : KeyDecision;

    public sealed record Refuse(Refusal Why) : KeyDecision;
}
