using BenchmarkDotNet.Attributes;
using JobService.Core.Jobs;

namespace JobService.MicroBench;

/// <summary>The id of a new job, beside the runtime's own ids of the same version.</summary>
public class Ids
{
    private readonly JobIdSequence sequence = new(TimeProvider.System);

    [Benchmark(Baseline = true)]
    public Guid CreateVersion7() => Guid.CreateVersion7();

    [Benchmark]
    public JobId Next() => sequence.Next();
}
