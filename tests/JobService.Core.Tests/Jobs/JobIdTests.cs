using JobService.Core.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Jobs;

public sealed class JobIdTests
{
    [Fact]
    public void Ids_follow_the_clock_they_are_told_to_and_still_grow()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero));
        var ids = new JobIdSequence(clock);
        ids.Follow(clock.GetUtcNow().AddDays(2));
        var ahead = ids.Next();
        ids.Follow(clock.GetUtcNow());
        var after = ids.Next();

        Assert.Equal(clock.GetUtcNow().AddDays(2), ahead.MadeAt);
        Assert.True(after.Value.CompareTo(ahead.Value) > 0);
    }

    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Ids_are_uuids_of_version_7_that_tell_their_millisecond()
    {
        var id = new JobIdSequence(new FakeTimeProvider(Noon)).Next();

        Assert.Equal(7, id.Value.Version);
        Assert.Equal(0b10, id.Value.Variant >> 2);
        Assert.Equal(Noon, id.MadeAt);
        Assert.True(JobId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
    }

    [Fact]
    public void Ids_grow_within_a_millisecond_and_when_the_clock_steps_back()
    {
        var clock = new FakeTimeProvider(Noon);
        var sequence = new JobIdSequence(clock);
        var ids = Enumerable.Range(0, 10_000).Select(_ => sequence.Next().ToString()).ToList();
        clock.AdjustTime(Noon.AddHours(-1));
        ids.AddRange(Enumerable.Range(0, 10_000).Select(_ => sequence.Next().ToString()));

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("0193b6ad0f7a7c6e8a3d5a4b1c2d3e4f")]
    [InlineData("{0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f}")]
    [InlineData("7f0a1c52-9d0e-4b4e-9a53-0d9d0e2c9e11")]
    [InlineData(" 0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f")]
    [InlineData("0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f ")]
    [InlineData("0193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f\n")]
    [InlineData("+193b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f")]
    [InlineData("0x93b6ad-0f7a-7c6e-8a3d-5a4b1c2d3e4f")]
    public void Nothing_else_is_an_id(string text) => Assert.False(JobId.TryParse(text, out _));

    [Fact]
    public void The_first_id_of_an_instant_bounds_all_that_are_made_from_then_on()
    {
        var first = JobId.FirstAt(Noon).ToString();

        Assert.True(string.CompareOrdinal(first, new JobIdSequence(new FakeTimeProvider(Noon)).Next().ToString()) < 0);
        Assert.True(string.CompareOrdinal(first, new JobIdSequence(new FakeTimeProvider(Noon.AddMilliseconds(-1))).Next().ToString()) > 0);
    }
}
