namespace JobService.Conformance.Walks;

/// <summary>One step of a walk. The numbers choose among what there is when it is taken, so that a walk stays one when steps are left out of it.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Target">Which job, claim, worker or queue.</param>
/// <param name="Variant">How: which outcome, which delay, how many.</param>
/// <param name="Amount">How many, how urgent, how far.</param>
public sealed record Step(StepKind Kind, int Target, int Variant, int Amount);
