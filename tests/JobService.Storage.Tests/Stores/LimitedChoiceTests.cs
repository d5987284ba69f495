using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Limits;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Stores;

/// <summary>What one claim may still take after each of its turns.</summary>
public sealed class LimitedChoiceTests
{
    private const int QueueId = 1;
    private const int TypeId = 2;
    private const int KeyId = 3;
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ClaimedJobs claimed = new(new NameTable());
    private readonly ClaimView view = ViewOf(new ClaimRequest { Worker = new WorkerId(1), MaxJobs = 100, Types = [JobType.Parse("demo.echo")] });

    [Fact]
    public void What_was_taken_counts_under_its_key()
    {
        var choice = Choice(maxRunning: 3, waiting: [2, 2]);
        var turn = choice.Next(view, claimed)!;
        Assert.Equal([2, 1], turn.Takes);

        choice.Take(turn, [Row(1, seq: 11), Row(1, seq: 12), Row(2, seq: 21)], TimeSpan.Zero);

        Assert.Null(choice.Next(view, claimed));
        Assert.Equal([KeyId], choice.Closed(1)!.Value.KeyIds);
        Assert.Equal([12, 21], choice.LastSeqs);
    }

    [Fact]
    public void A_lane_whose_jobs_others_hold_is_not_tried_again_job_by_job_and_its_room_is_for_others()
    {
        var choice = Choice(maxRunning: 1, waiting: [1_000, 1]);
        var turn = choice.Next(view, claimed)!;
        Assert.Equal([1, 0], turn.Takes);

        choice.Take(turn, [], TimeSpan.Zero);
        var next = choice.Next(view, claimed)!;
        choice.Take(next, [Row(2, seq: 21)], TimeSpan.Zero);

        Assert.Equal([0, 1], next.Takes);
        Assert.Null(choice.Next(view, claimed));
        Assert.Equal([1, 1], choice.Takes);
        Assert.Equal([0, 1], choice.Started);
    }

    private static ClaimView ViewOf(ClaimRequest request) => new([TypeId], request, new LaneOrder().Choose([new Lane(QueueId, 4, "default")], request)!);

    private static LimitedChoice Choice(int maxRunning, int[] waiting)
    {
        var lanes = waiting.Select((_, i) => new LimitedLane(-1 - i, 4, QueueId, [TypeId], [KeyId])).ToArray();
        var choice = new LimitedChoice(lanes, new (LaneScan Scan, long AfterSeq)[lanes.Length], generation: 0, ends: 0);
        choice.Know(new() { [KeyId] = new KeyStanding(maxRunning, Running: 0, Pace: null, IsPaused: false) }, [.. waiting.Select((jobs, i) => (jobs, 1L + i))], At, TimeSpan.Zero, head: 100);
        return choice;
    }

    private static ClaimedRow Row(int lane, long seq) => new(Guid.NewGuid(), seq, At, -lane, TypeId, Attempt: 1, Rank: 4, Crashes: 0);
}
