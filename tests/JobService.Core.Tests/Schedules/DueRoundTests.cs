using JobService.Core.Schedules;

namespace JobService.Core.Tests.Schedules;

public sealed class DueRoundTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan LateAfter = TimeSpan.FromSeconds(60);

    private readonly IntervalCadence everyTenSeconds = new(TimeSpan.FromSeconds(10), Start);

    [Theory]
    [InlineData(MisfirePolicy.FireOnce)]
    [InlineData(MisfirePolicy.FireAll)]
    [InlineData(MisfirePolicy.Skip)]
    public void What_is_on_time_fires_whatever_the_policy(MisfirePolicy policy)
    {
        var round = At(policy, now: 35);

        Assert.Equal([(10, true, false), (20, true, false), (30, true, false)], Told(round));
        Assert.Equal(Start.AddSeconds(40), round.NextDueAt);
    }

    [Fact]
    public void Nothing_is_due_before_its_time()
    {
        var round = At(MisfirePolicy.FireOnce, now: 9.999);

        Assert.Empty(round.Occurrences);
        Assert.Equal(Start.AddSeconds(10), round.NextDueAt);
    }

    [Fact]
    public void One_job_is_for_all_that_were_missed()
    {
        var round = At(MisfirePolicy.FireOnce, now: 115);

        // Late is what was due up to 50: more than a minute ago.
        Assert.Equal([(10, false, true), (20, false, true), (30, false, true), (40, false, true), (50, true, true)], Told(round).Take(5));
        Assert.Equal([(60, true, false), (70, true, false)], Told(round).Skip(5).Take(2));
    }

    [Fact]
    public void Each_gets_a_job_as_far_as_the_schedule_allows()
    {
        var round = At(MisfirePolicy.FireAll, now: 115, maxCatchUp: 2);

        Assert.Equal([(10, false, true), (20, false, true), (30, false, true), (40, true, true), (50, true, true), (60, true, false)], Told(round).Take(6));
    }

    [Fact]
    public void None_gets_a_job()
    {
        var round = At(MisfirePolicy.Skip, now: 115);

        Assert.Equal([(40, false, true), (50, false, true), (60, true, false)], Told(round).Skip(3).Take(3));
    }

    [Theory]
    [InlineData(MisfirePolicy.FireOnce, 1)]
    [InlineData(MisfirePolicy.FireAll, 500)]
    [InlineData(MisfirePolicy.Skip, 0)]
    public void A_month_without_anyone_is_made_up_for_in_rounds_that_decide_each_occurrence_once(MisfirePolicy policy, int madeUp)
    {
        var now = Start.AddDays(30);
        var (dueAt, rounds) = ((DateTimeOffset?)Start.AddSeconds(10), 0);
        var decided = new List<DueOccurrence>();
        while (dueAt <= now)
        {
            var round = DueRound.At(everyTenSeconds, policy, maxCatchUp: 5_000, endAt: null, dueAt.Value, now, LateAfter);
            Assert.InRange(round.Occurrences.Count, 1, DueRound.MaxOccurrences);
            decided.AddRange(round.Occurrences);
            (dueAt, rounds) = (round.NextDueAt, rounds + 1);
        }

        Assert.Equal(Enumerable.Range(1, 30 * 8640).Select(n => Start.AddSeconds(10 * n)), decided.Select(occurrence => occurrence.At));
        Assert.InRange(rounds, 260, 600);
        var late = decided.Where(occurrence => occurrence.IsLate).ToArray();
        Assert.Equal(madeUp, late.Count(occurrence => occurrence.Fires));
        Assert.All(decided.TakeLast(7), occurrence => Assert.True(occurrence is { Fires: true, IsLate: false }));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_055)]
    [InlineData(1_060)]
    [InlineData(1_065)]
    [InlineData(3_000)]
    public void Those_made_up_for_are_the_last_ones_wherever_a_round_ends(int seconds)
    {
        var (everySecond, now) = (new IntervalCadence(TimeSpan.FromSeconds(1), Start), Start.AddSeconds(seconds));
        var decided = new List<DueOccurrence>();
        for (DateTimeOffset? dueAt = Start.AddSeconds(1); dueAt <= now;)
        {
            var round = DueRound.At(everySecond, MisfirePolicy.FireAll, maxCatchUp: 5, endAt: null, dueAt.Value, now, LateAfter);
            decided.AddRange(round.Occurrences);
            dueAt = round.NextDueAt;
        }

        Assert.Equal(
            Enumerable.Range(seconds - 65, 66).Select(n => Start.AddSeconds(n)),
            decided.Where(occurrence => occurrence.Fires).Select(occurrence => occurrence.At));
        Assert.Equal(seconds, decided.Count);
    }

    [Fact]
    public void Behind_its_end_nothing_is_due()
    {
        var round = DueRound.At(everyTenSeconds, MisfirePolicy.FireAll, 10, endAt: Start.AddSeconds(20), Start.AddSeconds(10), Start.AddSeconds(45), LateAfter);

        Assert.Equal([(10, true, false), (20, true, false)], Told(round));
        Assert.Null(round.NextDueAt);
    }

    [Fact]
    public void The_last_one_is_the_last()
    {
        var round = DueRound.At(new OnceCadence(Start), MisfirePolicy.Skip, 10, endAt: null, Start, Start.AddSeconds(1), LateAfter);

        Assert.Single(round.Occurrences);
        Assert.Null(round.NextDueAt);
    }

    private DueRound At(MisfirePolicy policy, double now, int maxCatchUp = 10) =>
        DueRound.At(everyTenSeconds, policy, maxCatchUp, endAt: null, Start.AddSeconds(10), Start.AddSeconds(now), LateAfter);

    private static IEnumerable<(int At, bool Fires, bool IsLate)> Told(DueRound round) =>
        round.Occurrences.Select(occurrence => ((int)(occurrence.At - Start).TotalSeconds, occurrence.Fires, occurrence.IsLate));
}
