namespace JobService.Conformance.Walks;

/// <summary>What may be done to a store.</summary>
public enum StepKind
{
    Enqueue,
    EnqueueUnique,
    EnqueueSequence,
    EnqueueLimited,
    SetLimit,
    DeleteLimit,
    PauseQueue,
    ResumeQueue,
    AdvanceSequences,
    RecoverSequences,
    ResumeSequence,
    PruneKeys,
    Claim,
    End,
    Cancel,
    Restart,
    Edit,
    Delete,
    Erase,
    Advance,
    Promote,
    Expire,
    LoseWorker,
    Reclaim,
    Disown,
    Fold,
}
