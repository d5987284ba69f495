using JobService.Core.Enqueueing;
using JobService.Core.Jobs;

namespace JobService.Core.Tests.Enqueueing;

public sealed class WaitingJobsTests
{
    private const int Many = 500;

    private readonly List<PendingJob> taken = [];
    private readonly WaitingJobs waiting = new(new EnqueueOptions { Flushers = 2, MaxBatch = 1_000, MaxWaiting = 2_000 });

    [Fact]
    public void Until_it_is_opened_jobs_only_wait()
    {
        Assert.False(Add());
        Assert.True(waiting.Open());
        Assert.Equal(1, Take());
    }

    [Fact]
    public void Nobody_begins_where_nothing_waits()
    {
        Assert.False(waiting.Open());
        Assert.True(Add());
    }

    [Fact]
    public void What_comes_during_a_commit_waits_for_it_and_goes_with_the_next()
    {
        BeginCommit();
        Assert.All(Enumerable.Range(0, Many - 1), _ => Assert.False(Add()));

        Assert.Equal(Many - 1, Take());
        Assert.Equal(0, Take());
        Assert.True(Add());
    }

    [Fact]
    public void Where_many_wait_another_begins_and_no_third()
    {
        BeginCommit();
        for (var i = 1; i < Many; i++)
            Add();

        Assert.True(Add());
        Assert.Equal(Many, Take());
        Assert.All(Enumerable.Range(0, Many + 1), _ => Assert.False(Add()));
    }

    [Fact]
    public void Many_are_never_more_than_may_wait_or_go_at_once()
    {
        foreach (var options in (EnqueueOptions[])[new() { MaxWaiting = 7 }, new() { MaxBatch = 7 }])
        {
            var few = new WaitingJobs(options);
            few.Open();
            Assert.True(few.TryAdd(NewJob(), out _));
            Assert.True(few.TryTake(taken));

            Assert.Equal(6, Enumerable.Range(0, 7).TakeWhile(_ => few.TryAdd(NewJob(), out var begins) && !begins).Count());
        }
    }

    [Fact]
    public void A_commit_that_takes_long_holds_up_no_other_job()
    {
        BeginCommit();
        Assert.False(Add());

        Assert.True(waiting.FellBehind());
        Assert.Equal(1, Take());
        Assert.False(Add());
        Assert.Equal(1, Take());
        Assert.Equal(0, Take());
        Assert.True(Add());
    }

    [Fact]
    public void Where_nothing_waits_nobody_takes_over_until_something_does()
    {
        BeginCommit();

        Assert.False(waiting.FellBehind());
        Assert.True(Add());
    }

    [Fact]
    public void One_that_caught_up_leaves_what_is_too_little_for_both_to_the_other()
    {
        BeginCommit();
        Add();
        waiting.FellBehind();
        Assert.Equal(1, Take());
        waiting.CaughtUp();
        Assert.False(Add());

        Assert.Equal(0, Take());
        Assert.Equal(1, Take());
    }

    [Fact]
    public void Closed_it_takes_no_more_and_ends_when_the_last_flusher_has_found_nothing()
    {
        BeginCommit();
        Add();
        waiting.Close();

        Assert.False(waiting.TryAdd(NewJob(), out _));
        Assert.Equal(1, Take());
        Assert.False(waiting.Ended.IsCompleted);
        Assert.Equal(0, Take());
        Assert.True(waiting.Ended.IsCompletedSuccessfully);
    }

    [Fact]
    public void Full_it_takes_no_more()
    {
        for (var i = 0; i < 2_000; i++)
            Add();

        Assert.False(waiting.TryAdd(NewJob(), out _));
    }

    [Fact]
    public void A_batch_ends_where_it_has_bytes_enough()
    {
        waiting.Open();
        Add(3 * 1024 * 1024);
        Add(3 * 1024 * 1024);
        Add();

        Assert.Equal(2, Take());
        Assert.Equal(1, Take());
    }

    private void BeginCommit()
    {
        waiting.Open();
        Assert.True(Add());
        Assert.Equal(1, Take());
    }

    /// <summary>Whether a flusher is to begin.</summary>
    private bool Add(int bytes = 2)
    {
        Assert.True(waiting.TryAdd(NewJob(bytes), out var begins));
        return begins;
    }

    /// <summary>How many a flusher is given; none, and it is to end.</summary>
    private int Take() => waiting.TryTake(taken) ? taken.Count : 0;

    private static PendingJob NewJob(int bytes = 2) => new(new NewJob { Id = new JobId(Guid.CreateVersion7()), Type = JobType.Parse("a"), Payload = new byte[bytes] });
}
