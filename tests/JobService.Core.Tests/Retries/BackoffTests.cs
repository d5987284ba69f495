using JobService.Core.Retries;

namespace JobService.Core.Tests.Retries;

public sealed class BackoffTests
{
    private const double Middle = 0.5;

    [Fact]
    public void The_default_policy_doubles_from_ten_seconds_to_an_hour()
    {
        var waits = Enumerable.Range(1, 10).Select(n => Backoff.Delay(RetryPolicy.Default, n, Middle).TotalSeconds);

        Assert.Equal([10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600], waits);
    }

    [Theory]
    [InlineData(BackoffKind.Fixed, 3, 10)]
    [InlineData(BackoffKind.Linear, 3, 30)]
    [InlineData(BackoffKind.Exponential, 3, 90)]
    [InlineData(BackoffKind.Polynomial, 3, 270)]
    public void Each_kind_grows_its_own_way(BackoffKind kind, int failures, double seconds)
    {
        var policy = new RetryPolicy { Backoff = kind, Base = TimeSpan.FromSeconds(10), Factor = 3, Jitter = Jitter.None };

        Assert.Equal(seconds, Backoff.Delay(policy, failures, Middle).TotalSeconds);
    }

    [Fact]
    public void A_list_repeats_its_last_wait()
    {
        var policy = new RetryPolicy { Backoff = BackoffKind.List, Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)], Jitter = Jitter.None };

        Assert.Equal([1, 5, 5], new[] { 1, 2, 9 }.Select(n => Backoff.Delay(policy, n, Middle).TotalSeconds));
    }

    [Theory]
    [InlineData(BackoffKind.Exponential)]
    [InlineData(BackoffKind.Polynomial)]
    public void A_power_that_overflows_waits_the_maximum(BackoffKind kind)
    {
        var policy = new RetryPolicy { Backoff = kind, Factor = 100 };

        Assert.Equal(policy.Max, Backoff.Delay(policy, int.MaxValue, Middle));
    }

    [Theory]
    [InlineData(BackoffKind.Exponential)]
    [InlineData(BackoffKind.Polynomial)]
    public void A_base_of_zero_never_waits_however_large_the_power(BackoffKind kind)
    {
        var policy = new RetryPolicy { Backoff = kind, Factor = 100, Base = TimeSpan.Zero };

        Assert.Equal(TimeSpan.Zero, Backoff.Delay(policy, int.MaxValue, Middle));
    }

    [Theory]
    [InlineData(Jitter.None, 0, 100)]
    [InlineData(Jitter.Equal, 0, 90)]
    [InlineData(Jitter.Equal, 1, 110)]
    [InlineData(Jitter.Full, 0, 0)]
    [InlineData(Jitter.Full, 0.25, 25)]
    public void Jitter_spreads_around_or_below_the_wait(Jitter jitter, double sample, double seconds)
    {
        var policy = new RetryPolicy { Backoff = BackoffKind.Fixed, Base = TimeSpan.FromSeconds(100), Jitter = jitter };

        Assert.Equal(seconds, Backoff.Delay(policy, 1, sample).TotalSeconds, 6);
    }

    [Fact]
    public void Jitter_never_exceeds_the_maximum()
    {
        var policy = new RetryPolicy { Backoff = BackoffKind.Fixed, Base = TimeSpan.FromHours(2) };

        Assert.Equal(policy.Max, Backoff.Delay(policy, 1, 0.999));
    }
}
