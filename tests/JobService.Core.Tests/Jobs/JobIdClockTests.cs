using JobService.Core.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Jobs;

public sealed class JobIdClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Database = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_machine_whose_clock_is_set_goes_on_making_ids_of_the_databases_day()
    {
        var clock = new SteppedClock { Utc = Start };
        var ids = new JobIdSequence(clock);
        ids.Follow(Database);

        clock.Utc = Start.AddYears(1);
        clock.Timer = TimeSpan.FromSeconds(5);

        Assert.Equal(Database.AddSeconds(5), ids.Next().MadeAt);
    }

    [Fact]
    public void An_id_made_by_a_clock_that_was_wrong_does_not_lead_the_next_ones_astray()
    {
        var ids = new JobIdSequence(new FakeTimeProvider(Start.AddYears(1)));
        ids.Next();

        ids.Follow(Database);

        Assert.Equal(Database, ids.Next().MadeAt);
    }

    [Fact]
    public void Ids_grow_when_the_databases_clock_steps_back_a_little()
    {
        var ids = new JobIdSequence(new FakeTimeProvider(Start));
        ids.Follow(Database);
        var before = ids.Next();

        ids.Follow(Database.AddSeconds(-2));

        Assert.True(string.CompareOrdinal(before.ToString(), ids.Next().ToString()) < 0);
    }

    /// <summary>A machine whose clock is set while its timer goes on.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        public DateTimeOffset Utc { get; set; }

        public TimeSpan Timer { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Utc;

        public override long GetTimestamp() => Timer.Ticks;
    }
}
