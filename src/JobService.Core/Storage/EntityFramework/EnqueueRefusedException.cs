using JobService.Core.Errors;

namespace JobService.Core.Storage.EntityFramework;

/// <summary>A job is not enqueued in its caller's transaction, which can go on without it.</summary>
public sealed class EnqueueRefusedException(Refusal refusal) : Exception(Describe(refusal))
{
    /// <summary>Why: <see cref="Errors.Refusal.Invalid"/> and <see cref="Errors.Refusal.Malformed"/> with every fault and its pointer, <see cref="Errors.Refusal.KeyHeld"/> with the holder of the unique key.</summary>
    public Refusal Refusal { get; } = refusal;

    private static string Describe(Refusal refusal) => refusal switch
    {
        Refusal.Invalid { Faults: var faults } => Describe(faults),
        Refusal.Malformed { Faults: var faults } => Describe(faults),
        Refusal.KeyHeld { Detail: var detail } => detail,
        Refusal.QueueFull { Detail: var detail } => detail,
        Refusal.TooLarge { Detail: var detail } => detail,
        Refusal.Gone { Detail: var detail } => detail,
        Refusal.Unavailable { Detail: var detail } => detail,
        Refusal.InUse { Detail: var detail } => detail,
        _ => $"{refusal}",
    };

    private static string Describe(IReadOnlyList<Fault> faults) => string.Join(' ', faults.Select(fault => $"{fault.Pointer}: {fault.Detail}"));
}
