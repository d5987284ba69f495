using BenchmarkDotNet.Attributes;
using JobService.Core.Retries;

namespace JobService.MicroBench;

/// <summary>The wait before a retry.</summary>
public class Waits
{
    private RetryPolicy policy = RetryPolicy.Default;

    [Params(BackoffKind.Exponential, BackoffKind.Polynomial, BackoffKind.List)]
    public BackoffKind Kind { get; set; }

    [GlobalSetup]
    public void SetUp() => policy = new RetryPolicy { Backoff = Kind, Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)] };

    [Benchmark]
    public TimeSpan Delay() => Backoff.Delay(policy, failures: 4, sample: 0.5);
}
