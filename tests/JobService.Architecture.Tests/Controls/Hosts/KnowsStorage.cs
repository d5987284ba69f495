using JobService.Core.Storage;

namespace JobService.Architecture.Tests.Controls.Hosts;

/// <summary>Breaks the rule that a host uses ports.</summary>
public sealed class KnowsStorage
{
    public DatabaseAddress? Address { get; init; }
}
