using JobService.Core.Claiming;
using JobService.Core.Jobs;

namespace JobService.Worker.Claiming;

/// <summary>An exchange under way.</summary>
/// <param name="Transitions">What it applies.</param>
/// <param name="Request">What it asks for; null when it asks for nothing.</param>
/// <param name="Exchange">Its answer.</param>
internal sealed record Flight(IReadOnlyList<JobTransition> Transitions, ClaimRequest? Request, Task<Exchange> Exchange);
