using JobService.Core.Enqueueing;
using JobService.Core.Jobs;
using Microsoft.Extensions.Time.Testing;

namespace JobService.Core.Tests.Enqueueing;

public sealed class WaitingJobsTests
{
    private const int Many = 500;

    private readonly FakeTimeProvider clock = new();
    private readonly List<PendingJob> taken = [];
    private readonly WaitingJobs waiting;

    public WaitingJobsTests() => waiting = new WaitingJobs(new EnqueueOptions { Flushers = 2, MaxBatch = 1_000, MaxWaiting = 2_000 }, clock);

    [Fact]
    public void Until_it_is_opened_jobs_only_wait()
    {
        Assert.Equal(0, Add());
        Assert.Equal(0, Add());
        Assert.Equal(2, waiting.Open()?.Count);
    }

    [Fact]
    public void Nobody_begins_where_nothing_waits()
    {
        Assert.Null(waiting.Open());
        Assert.Equal(1, Add());
    }

    [Fact]
    public void What_comes_during_a_commit_waits_for_it_and_goes_with_the_next()
    {
        BeginCommit();
        Assert.All(Enumerable.Range(0, Many - 1), _ => Assert.Equal(0, Add()));

        Assert.Equal(Many - 1, Take());
        Assert.Equal(0, Take());
        Assert.Equal(1, Add());
    }

    [Fact]
    public void Where_many_wait_another_begins_and_no_third()
    {
        BeginCommit();
        for (var i = 1; i < Many; i++)
            Add();

        Assert.Equal(Many, Add());
        Assert.All(Enumerable.Range(0, Many + 1), _ => Assert.Equal(0, Add()));
    }

    [Fact]
    public void A_commit_that_takes_long_holds_up_no_other_job()
    {
        BeginCommit();
        Assert.Equal(0, Add());
        clock.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(2, Add());
    }

    [Fact]
    public void One_of_two_leaves_what_is_too_little_for_both_to_the_other()
    {
        BeginCommit();
        clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(1, Add());
        Assert.Equal(0, Add());

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
        Add(3 * 1024 * 1024);
        Add(3 * 1024 * 1024);
        Add();

        Assert.Equal(2, waiting.Open()?.Count);
        Assert.Equal(1, Take());
    }

    private void BeginCommit()
    {
        waiting.Open();
        Assert.Equal(1, Add());
    }

    /// <summary>How many jobs the caller is given to commit.</summary>
    private int Add(int bytes = 2)
    {
        Assert.True(waiting.TryAdd(NewJob(bytes), out var batch));
        return batch?.Count ?? 0;
    }

    /// <summary>How many a flusher is given next; none, and it is none any more.</summary>
    private int Take() => waiting.TryTake(taken) ? taken.Count : 0;

    private static PendingJob NewJob(int bytes = 2) => new(new NewJob { Id = new JobId(Guid.CreateVersion7()), Type = JobType.Parse("a"), Payload = new byte[bytes] });
}
