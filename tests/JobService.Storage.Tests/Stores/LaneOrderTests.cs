using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

public sealed class LaneOrderTests
{
    private readonly LaneOrder order = new();

    [Fact]
    public void A_queue_belongs_to_the_first_selection_that_it_matches_also_when_that_has_no_room()
    {
        var lanes = Lanes("high", "low", "low.b");

        Assert.Equal(["high"], Queues(lanes, [new QueueSelection("low*") { MaxJobs = 0 }, "*"]));
        Assert.Equal(["high", "low", "low.b"], Queues(lanes, ["*", new QueueSelection("low*") { MaxJobs = 0 }]).Order(StringComparer.Ordinal));
        Assert.Empty(Queues(lanes, ["none"]));
    }

    [Fact]
    public void A_paused_queue_is_not_looked_at() =>
        Assert.Equal(["high"], Queues([.. Lanes("high"), Lanes("low")[0] with { QueueId = 9, IsPaused = true }], ["*"]));

    [Fact]
    public void In_a_strict_order_the_selections_come_as_they_are_listed_whatever_was_taken()
    {
        var lanes = Lanes("low", "mid.a", "mid.b", "high");
        for (var claim = 0; claim < 20; claim++)
        {
            var queues = Queues(lanes, ["high", "mid.*", "low"], QueueOrder.Strict, observed: "high");
            Assert.Equal("high", queues[0]);
            Assert.Equal("low", queues[^1]);
        }
    }

    [Fact]
    public void Within_a_queue_the_highest_priority_comes_first()
    {
        var lanes = Enumerable.Range(0, 10).Reverse().Select(rank => new Lane(1, (short)rank, "a")).ToArray();

        Assert.Equal(Enumerable.Range(0, 10), order.Choose(lanes, Request(["*"]))!.Lanes.Select(chosen => (int)chosen.Lane.Rank));
    }

    [Fact]
    public void Without_limits_all_lanes_are_one_share_and_with_one_its_queues_come_together()
    {
        var lanes = Lanes("a", "b", "r.one", "c", "r.two");

        Assert.Equal([100], order.Choose(lanes, Request(["*"]))!.Rooms);
        for (var claim = 0; claim < 10; claim++)
        {
            var choice = order.Choose(lanes, Request([new QueueSelection("r.*") { MaxJobs = 3 }, "*"]))!;
            var limited = choice.Lanes.Where(chosen => choice.Rooms[chosen.Share - 1] == 3).ToArray();
            Assert.Equal(["r.one", "r.two"], limited.Select(chosen => chosen.Lane.QueueName).Order(StringComparer.Ordinal));
            Assert.Single(limited.Select(chosen => chosen.Share).Distinct());
            Assert.Equal(choice.Lanes.Select(chosen => chosen.Share).Order(), choice.Lanes.Select(chosen => chosen.Share));
            Assert.InRange(choice.Rooms.Count, 2, 3);
        }
    }

    [Fact]
    public void A_suspect_takes_room_of_its_share_where_that_has_a_limit()
    {
        Lane[] lanes = [.. Lanes("a", "b"), new Lane(1, 104, "a"), new Lane(2, 104, "b")];
        var request = Request([new QueueSelection("a") { MaxJobs = 3 }, "*"]);

        var choice = order.Choose(lanes, request)!;

        Assert.All(choice.Lanes.Take(2), chosen => Assert.True(chosen.Lane.IsForSuspects));
        var shares = choice.Lanes.Where(chosen => chosen.Lane.IsForSuspects).ToDictionary(chosen => chosen.Lane.QueueName, chosen => chosen.Share, StringComparer.Ordinal);
        Assert.Equal((3, 0), (choice.Rooms[shares["a"] - 1], shares["b"]));
        Assert.DoesNotContain(order.Choose(lanes, request with { AllowSuspect = false })!.Lanes, chosen => chosen.Lane.IsForSuspects);
    }

    [Fact]
    public void A_queue_that_is_not_served_for_a_while_saves_up_no_turns()
    {
        var both = Lanes("a", "b");
        Queues(both, ["*"], observed: "a");
        Queues(both, ["*"], observed: "b");
        for (var claim = 0; claim < 10; claim++)
            Assert.Equal(["a"], Queues([both[0], both[1] with { IsPaused = true }], ["*"], observed: "a"));

        Assert.Equal("b", Queues(both, ["*"], observed: "b")[0]);
        Assert.Equal("a", Queues(both, ["*"])[0]);
    }

    private static Lane[] Lanes(params string[] queues) => [.. queues.Select((name, i) => new Lane(i + 1, 4, name))];

    private static ClaimRequest Request(IReadOnlyList<QueueSelection> queues, QueueOrder order = QueueOrder.Weighted) =>
        new() { Worker = new WorkerId(1), MaxJobs = 100, Types = [JobType.Parse("demo.echo")], Queues = queues, Order = order };

    private string[] Queues(Lane[] lanes, IReadOnlyList<QueueSelection> queues, QueueOrder by = QueueOrder.Weighted, string? observed = null)
    {
        if (order.Choose(lanes, Request(queues, by)) is not { } choice)
            return [];
        foreach (var chosen in choice.Lanes.Where(chosen => string.Equals(chosen.Lane.QueueName, observed, StringComparison.Ordinal)))
            order.Observe(chosen.Scope, [new QueueYield(chosen.Lane.QueueId, chosen.Weight, 100, IsBacklogged: true)]);
        return [.. choice.Lanes.Select(chosen => chosen.Lane.QueueName)];
    }
}
