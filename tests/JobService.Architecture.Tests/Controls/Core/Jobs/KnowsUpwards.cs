using JobService.Architecture.Tests.Controls.Core.Enqueueing;

namespace JobService.Architecture.Tests.Controls.Core.Jobs;

/// <summary>Breaks the rule that features import downwards.</summary>
public sealed class KnowsUpwards
{
    public Upper? Upper { get; init; }
}
