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

        Assert.Equal([(10, true, false, 0), (20, true, false, 0), (30, true, false, 0)], Told(round));
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
    public void One_job_is_for_all_that_were_missed_and_knows_how_many()
    {
        var round = At(MisfirePolicy.FireOnce, now: 115);

        // Late is what was due up to 50: more than a minute ago.
        Assert.Equal([(10, false, true, 0), (20, false, true, 0), (30, false, true, 0), (40, false, true, 0), (50, true, true, 4)], Told(round).Take(5));
        Assert.Equal([(60, true, false, 0), (70, true, false, 0)], Told(round).Skip(5).Take(2));
        Assert.Equal(0, round.Missed);
    }

    [Fact]
    public void Each_gets_a_job_as_far_as_the_schedule_allows()
    {
        var round = At(MisfirePolicy.FireAll, now: 115, maxCatchUp: 2);

        Assert.Equal([(10, false, true, 0), (20, false, true, 0), (30, false, true, 0), (40, true, true, 3), (50, true, true, 0), (60, true, false, 0)], Told(round).Take(6));
    }

    [Fact]
    public void None_gets_a_job_and_the_next_one_knows()
    {
        var round = At(MisfirePolicy.Skip, now: 115);

        Assert.Equal([(40, false, true, 0), (50, false, true, 0), (60, true, false, 5)], Told(round).Skip(3).Take(3));
    }

    [Fact]
    public void What_was_missed_in_earlier_rounds_counts()
    {
        var round = At(MisfirePolicy.FireOnce, now: 15, missed: 7);

        Assert.Equal([(10, true, false, 7)], Told(round));
    }

    [Theory]
    [InlineData(MisfirePolicy.FireOnce, 1)]
    [InlineData(MisfirePolicy.FireAll, 500)]
    [InlineData(MisfirePolicy.Skip, 0)]
    public void A_month_without_anyone_is_made_up_for_in_rounds_that_decide_each_occurrence_once(MisfirePolicy policy, int madeUp)
    {
        var now = Start.AddDays(30);
        var (dueAt, missed, rounds) = ((DateTimeOffset?)Start.AddSeconds(10), 0, 0);
        var decided = new List<DueOccurrence>();
        while (dueAt <= now)
        {
            var round = DueRound.At(everyTenSeconds, policy, maxCatchUp: 5_000, endAt: null, dueAt.Value, missed, now, LateAfter);
            Assert.InRange(round.Occurrences.Count, 1, DueRound.MaxOccurrences);
            decided.AddRange(round.Occurrences);
            (dueAt, missed, rounds) = (round.NextDueAt, round.Missed, rounds + 1);
        }

        Assert.Equal(Enumerable.Range(1, 30 * 8640).Select(n => Start.AddSeconds(10 * n)), decided.Select(occurrence => occurrence.At));
        Assert.InRange(rounds, 260, 600);
        var late = decided.Where(occurrence => occurrence.IsLate).ToArray();
        Assert.Equal(madeUp, late.Count(occurrence => occurrence.Fires));
        Assert.Equal(late.Length - madeUp, decided.Sum(occurrence => occurrence.Missed) + missed);
        Assert.All(decided.TakeLast(7), occurrence => Assert.True(occurrence is { Fires: true, IsLate: false }));
    }

    [Fact]
    public void Behind_its_end_nothing_is_due()
    {
        var round = DueRound.At(everyTenSeconds, MisfirePolicy.FireAll, 10, endAt: Start.AddSeconds(20), Start.AddSeconds(10), 0, Start.AddSeconds(45), LateAfter);

        Assert.Equal([(10, true, false, 0), (20, true, false, 0)], Told(round));
        Assert.Null(round.NextDueAt);
    }

    [Fact]
    public void The_last_one_is_the_last()
    {
        var round = DueRound.At(new OnceCadence(Start), MisfirePolicy.Skip, 10, endAt: null, Start, 0, Start.AddSeconds(1), LateAfter);

        Assert.Single(round.Occurrences);
        Assert.Null(round.NextDueAt);
    }

    private DueRound At(MisfirePolicy policy, double now, int missed = 0, int maxCatchUp = 10) =>
        DueRound.At(everyTenSeconds, policy, maxCatchUp, endAt: null, Start.AddSeconds(10), missed, Start.AddSeconds(now), LateAfter);

    private static IEnumerable<(int At, bool Fires, bool IsLate, int Missed)> Told(DueRound round) =>
        round.Occurrences.Select(occurrence => ((int)(occurrence.At - Start).TotalSeconds, occurrence.Fires, occurrence.IsLate, occurrence.Missed));
}
