namespace JobService.Core.Limits;

/// <summary>Jobs that wait in one lane and are of the same keys.</summary>
/// <param name="Queue">The number of their queue.</param>
/// <param name="Rank">9 − priority, and 100 more for suspects.</param>
/// <param name="Jobs">How many there are, as far as anyone needs to know.</param>
/// <param name="Keys">The numbers of those of their keys that are limited.</param>
internal sealed record WaitingLane(int Queue, short Rank, int Jobs, IReadOnlyList<int> Keys);
