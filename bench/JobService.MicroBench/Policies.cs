using BenchmarkDotNet.Attributes;
using JobService.Core.Jobs;
using JobService.Core.Storage.Stores;

namespace JobService.MicroBench;

/// <summary>Policies of a job's own on their way into its row and out of its claim; the default ones are not stored.</summary>
public class Policies
{
    private static readonly JobPolicies Own = new() { Retry = new() { MaxAttempts = 5, Base = TimeSpan.FromSeconds(1) } };

    private readonly byte[] stored = StoredJson.Write(Own)!;

    [Benchmark]
    public object? Write() => StoredJson.Write(Own);

    [Benchmark]
    public object Read() => StoredJson.ReadPolicies((ReadOnlyMemory<byte>?)stored);
}
