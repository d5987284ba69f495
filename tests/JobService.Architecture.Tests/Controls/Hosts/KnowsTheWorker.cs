using JobService.Worker;

namespace JobService.Architecture.Tests.Controls.Hosts;

/// <summary>Breaks the rule that nobody but the API's Program knows the worker.</summary>
public sealed class KnowsTheWorker
{
    public WorkerOptions? Options { get; init; }
}
