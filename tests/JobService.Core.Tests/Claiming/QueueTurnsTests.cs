using CsCheck;
using JobService.Core.Claiming;

namespace JobService.Core.Tests.Claiming;

public sealed class QueueTurnsTests
{
    private readonly QueueTurns turns = new();

    [Fact]
    public void Queues_that_always_have_jobs_get_shares_by_their_weights()
    {
        var weights = Gen.Int[1, 50].Array[2, 6];
        Gen.Select(weights, Gen.Int[1, 40], Gen.Int[0, int.MaxValue]).Sample((given, mostAtOnce, seed) =>
        {
            var (turns, random) = (new QueueTurns(), new Random(seed));
            var taken = new int[given.Length];
            for (var claim = 0; claim < 2_000; claim++)
                Take(turns, given, taken, random.Next(1, mostAtOnce + 1));

            // Nobody is ahead of another by more than what one claim gives, and what one gave before all were known.
            var served = taken.Select((jobs, queue) => (double)jobs / given[queue]).ToArray();
            Assert.InRange(served.Max() - served.Min(), 0, 2.0 * mostAtOnce / given.Min());
        });
    }

    [Fact]
    public void A_queue_that_comes_back_is_next_and_has_saved_up_nothing()
    {
        var taken = new int[2];
        turns.Observe([new QueueYield(0, 1, 1, IsBacklogged: false)]);
        for (var claim = 0; claim < 100; claim++)
            turns.Observe([new QueueYield(1, 1, 10, IsBacklogged: true)]);

        Assert.Equal([0, 1], turns.Order([1, 0]));
        for (var claim = 0; claim < 20; claim++)
            Take(turns, [1, 1], taken, 10);
        Assert.Equal([100, 100], taken);
    }

    [Fact]
    public void A_short_break_is_worth_nothing()
    {
        // Queue 0 is given a little more than its share, so that it often has nothing left; queue 1 always has jobs.
        var (waiting, taken) = (0, new int[2]);
        for (var claim = 0; claim < 1_000; claim++)
        {
            waiting += 6;
            var (room, yields) = (10, new List<QueueYield>());
            foreach (var queue in turns.Order([0, 1]).TakeWhile(_ => room > 0))
            {
                var jobs = queue == 0 ? Math.Min(room, waiting) : room;
                waiting -= queue == 0 ? jobs : 0;
                room -= jobs;
                taken[queue] += jobs;
                yields.Add(new QueueYield(queue, 1, jobs, IsBacklogged: room == 0));
            }

            turns.Observe(yields);
        }

        Assert.InRange(taken[0], 4_900, 5_100);
    }

    [Fact]
    public void One_that_may_not_be_served_holds_nobodys_time()
    {
        turns.Observe([new QueueYield(0, 1, 1, IsBacklogged: true), new QueueYield(1, 1, 1, IsBacklogged: true)]);

        // While 0 is paused, 1 goes on; when 2 comes, it begins where 1 is, and not where 0 was left.
        for (var claim = 0; claim < 100; claim++)
        {
            Assert.Equal(1, turns.Order([1])[0]);
            turns.Observe([new QueueYield(1, 1, 10, IsBacklogged: true)]);
        }

        var taken = new int[3];
        for (var claim = 0; claim < 20; claim++)
            Take(turns, [1, 1, 1], taken, 10, without: 0);
        Assert.Equal([0, 100, 100], taken);
    }

    [Fact]
    public void Those_that_are_even_come_in_the_order_given() => Assert.Equal([7, 3, 5], turns.Order([7, 3, 5]));

    /// <summary>One claim, of queues that have more than it takes.</summary>
    private static void Take(QueueTurns turns, int[] weights, int[] taken, int jobs, int? without = null)
    {
        var first = turns.Order([.. Enumerable.Range(0, weights.Length).Where(queue => queue != without)])[0];
        taken[first] += jobs;
        turns.Observe([new QueueYield(first, weights[first], jobs, IsBacklogged: true)]);
    }
}
