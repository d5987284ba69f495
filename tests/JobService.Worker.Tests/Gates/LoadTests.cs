namespace JobService.Worker.Tests.Gates;

/// <summary>What a job may cost PostgreSQL under load, all its life: enqueued, claimed, run and completed. Counts, which no slow machine changes.</summary>
public sealed class LoadTests(LoadRun run) : IClassFixture<LoadRun>
{
    [Fact]
    public void A_job_with_a_payload_of_200_bytes_takes_1300_bytes_of_WAL_at_most()
    {
        Tell("bytes of WAL a job", (double)run.WalBytes / run.Jobs);

        Assert.InRange((double)run.WalBytes / run.Jobs, 1, 1_300);
    }

    [Fact]
    public void A_completed_job_takes_a_twentieth_of_a_commit_at_most()
    {
        Tell("commits a job", (double)run.Commits / run.Jobs);

        Assert.InRange((double)run.Commits / run.Jobs, 0.000_1, 0.05);
    }

    [Fact]
    public void No_row_is_ever_locked_by_two_transactions_at_once()
    {
        Assert.InRange(run.Jobs, 10_000, long.MaxValue);
        Assert.Equal(0, run.Multixacts);
    }

    [Fact]
    public void Ten_thousand_jobs_take_five_notifications_at_most()
    {
        Tell("notifications for 10,000 jobs", run.Notifications.Sent * 10_000.0 / run.Notifications.Jobs);

        Assert.InRange(run.Notifications.Sent * 10_000.0 / run.Notifications.Jobs, 0, 5);
    }

    private static void Tell(string what, double value) => TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {value:0.####}");
}
