using JobService.Core.Storage.Stores;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Storage.Tests.Stores;

public sealed class LateTimesTests : IAsyncLifetime
{
    private static readonly DateTimeOffset From = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestStorage storage = new();
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task More_than_are_taken_at_once_are_taken_by_the_calls_that_follow()
    {
        var late = new LateTimes(storage.Hot, clock, LateTimeKind.Due);
        await WriteAsync(From - TimeSpan.FromMinutes(1), LateTimes.MaxTimes);
        await WriteAsync(From - TimeSpan.FromMinutes(2), 1);

        Assert.Equal(Before(From - TimeSpan.FromMinutes(1)), await late.GoBackAsync(From, Stop));
        Assert.Equal(1, await LeftAsync());
        Assert.Equal(Before(From - TimeSpan.FromMinutes(2)), await late.GoBackAsync(From, Stop));
        Assert.Equal(0, await LeftAsync());
    }

    [Fact]
    public async Task What_comes_meanwhile_is_taken_in_half_a_second()
    {
        var late = new LateTimes(storage.Hot, clock, LateTimeKind.Due);
        Assert.Equal(From, await late.GoBackAsync(From, Stop));
        await WriteAsync(From - TimeSpan.FromMinutes(1), 1);

        Assert.Equal(From, await late.GoBackAsync(From, Stop));
        clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(Before(From - TimeSpan.FromMinutes(1)), await late.GoBackAsync(From, Stop));
    }

    private static DateTimeOffset Before(DateTimeOffset time) => time - TimeSpan.FromMicroseconds(1);

    private Task WriteAsync(DateTimeOffset time, int times) =>
        storage.Database.ExecuteAsync("INSERT INTO jobservice.late_times (kind, at) SELECT 1, $1 FROM generate_series(1, $2)", time.UtcDateTime, times);

    private Task<long> LeftAsync() => storage.Database.QueryAsync<long>("SELECT count(*) FROM jobservice.late_times");
}
