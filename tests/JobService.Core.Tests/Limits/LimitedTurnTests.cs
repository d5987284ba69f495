using JobService.Core.Limits;

namespace JobService.Core.Tests.Limits;

/// <summary>Which jobs are claimed next where lanes and keys stand so.</summary>
public sealed class LimitedTurnTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lanes_take_turns_one_job_each()
    {
        var turn = Next(10, Keys((1, 4), (2, 2)), Lane(jobs: 9, keys: 1), Lane(jobs: 9, keys: 2))!;

        Assert.Equal([4, 2], turn.Takes);
    }

    [Fact]
    public void Slots_are_shared_between_lanes()
    {
        Assert.Equal([2, 2, 1], Next(5, Keys(), Lane(jobs: 9), Lane(jobs: 9), Lane(jobs: 9))!.Takes);
    }

    [Fact]
    public void A_key_of_several_lanes_has_its_room_once()
    {
        Assert.Equal([2, 1], Next(10, Keys((1, 3)), Lane(jobs: 9, keys: 1), Lane(jobs: 9, keys: 1))!.Takes);
    }

    [Fact]
    public void The_best_rank_of_the_first_queue_with_room_comes_first()
    {
        var turn = Next(10, Keys((1, 0)), Lane(queue: 1, rank: 0, jobs: 3, keys: 1), Lane(queue: 2, rank: 5, jobs: 3), Lane(queue: 2, rank: 3, jobs: 2), Lane(queue: 3, rank: 1, jobs: 2))!;

        Assert.Equal((2, (short)3), (turn.Queue, turn.Rank));
        Assert.Equal([0, 0, 2, 0], turn.Takes);
    }

    [Fact]
    public void Of_suspects_one_comes_and_before_all_others_of_its_queue()
    {
        WaitingLane[] lanes = [Lane(rank: 0, jobs: 3), Lane(rank: 104, jobs: 2), Lane(rank: 104, jobs: 2)];

        Assert.Equal([0, 1, 0], LimitedTurn.Next(lanes, Keys(), _ => 10, allowSuspect: true, Now)!.Takes);
        Assert.Equal([3, 0, 0], LimitedTurn.Next(lanes, Keys(), _ => 10, allowSuspect: false, Now)!.Takes);
    }

    [Fact]
    public void Where_no_lane_has_room_there_is_no_turn()
    {
        Assert.Null(Next(10, Keys((1, 0)), Lane(jobs: 3, keys: 1), Lane(jobs: 0)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_key_gives_more_than_its_room_no_slot_is_left_for_nothing_and_turns_differ_by_one(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var room = Enumerable.Range(1, 5).ToDictionary(key => key, _ => random.Next(0, 4));
            var lanes = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Lane(
                queue: random.Next(1, 3), rank: random.Next(3, 5), jobs: random.Next(0, 5),
                keys: [.. Enumerable.Range(1, 5).Where(_ => random.Next(3) == 0)])).ToArray();
            var slots = random.Next(1, 8);

            var turn = Next(slots, Keys([.. room.Select(key => (key.Key, key.Value))]), lanes);
            var takes = turn?.Takes ?? new int[lanes.Length];
            foreach (var (key, most) in room)
                Assert.True(lanes.Select((lane, i) => lane.Keys.Contains(key) ? takes[i] : 0).Sum() <= most);
            Assert.True(takes.Sum() <= slots);
            Assert.All(lanes.Select((lane, i) => (lane, Takes: takes[i])), pair => Assert.True(pair.Takes <= pair.lane.Jobs));

            bool HasRoom(int i) => takes[i] < lanes[i].Jobs && lanes[i].Keys.All(key => lanes.Select((lane, o) => lane.Keys.Contains(key) ? takes[o] : 0).Sum() < room[key]);
            if (turn is null)
                Assert.DoesNotContain(Enumerable.Range(0, lanes.Length), HasRoom);
            else if (takes.Sum() < slots)
                Assert.DoesNotContain(Enumerable.Range(0, lanes.Length).Where(i => lanes[i].Queue == turn.Queue && lanes[i].Rank == turn.Rank), HasRoom);
        }
    }

    private static LimitedTurn? Next(int slots, IReadOnlyDictionary<int, KeyStanding> keys, params WaitingLane[] lanes) =>
        LimitedTurn.Next(lanes, keys, _ => slots, allowSuspect: true, Now);

    private static Dictionary<int, KeyStanding> Keys(params (int Key, int Room)[] keys) =>
        keys.ToDictionary(key => key.Key, key => new KeyStanding(key.Room + 2, Running: 2, Pace: null, IsPaused: false));

    private static WaitingLane Lane(int queue = 1, int rank = 4, int jobs = 1, params int[] keys) => new(queue, (short)rank, jobs, keys);
}
