using System.Data.Common;
using System.Text;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;

namespace JobService.Storage.Tests.Stores;

/// <summary>What becomes of jobs whose enqueue was answered by a broken connection.</summary>
public sealed class LostAnswerTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly JobIdSequence ids = new(TimeProvider.System);

    [Fact]
    public async Task Jobs_that_were_stored_though_the_answer_was_lost_are_found_by_their_ids()
    {
        await using var line = new CutLine(database.ConnectionString);
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(line.ConnectionString, names);
        var store = new PostgresJobStore(hot, names);
        await store.EnqueueAsync([NewJob(delay: null)], TestContext.Current.CancellationToken);

        line.LoseNextAnswer();
        NewJob[] jobs = [NewJob(delay: null), NewJob(TimeSpan.FromHours(1)), NewJob(delay: null)];
        var answers = await store.EnqueueAsync(jobs, TestContext.Current.CancellationToken);

        Assert.Equal(1, line.Lost);
        Assert.Equal(jobs.Select(job => job.Id), answers.Select(answer => answer.Id));
        Assert.Equal([JobState.Queued, JobState.Scheduled, JobState.Queued], answers.Select(answer => answer.State));
        Assert.Equal(answers[0].CreatedAt + TimeSpan.FromHours(1), answers[1].RunAt);
        Assert.Equal(3, await CountAsync(jobs));
    }

    [Fact]
    public async Task A_server_that_can_not_be_reached_again_leaves_it_unknown_and_one_that_never_was_stored_nothing()
    {
        await using var line = new CutLine(database.ConnectionString);
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(line.ConnectionString, names);
        var store = new PostgresJobStore(hot, names);
        await store.EnqueueAsync([NewJob(delay: null)], TestContext.Current.CancellationToken);

        line.LoseNextAnswerForGood();
        var unknown = await Assert.ThrowsAnyAsync<DbException>(() => store.EnqueueAsync([NewJob(delay: null)], TestContext.Current.CancellationToken));
        var unreachable = await Assert.ThrowsAnyAsync<DbException>(() => store.EnqueueAsync([NewJob(delay: null)], TestContext.Current.CancellationToken));

        Assert.IsNotType<DatabaseUnreachableException>(unknown);
        Assert.True(Assert.IsType<DatabaseUnreachableException>(unreachable).IsTransient);
    }

    [Fact]
    public async Task A_connection_that_broke_in_the_pool_costs_nobody_an_error()
    {
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(database.ConnectionString, names);
        var store = new PostgresJobStore(hot, names);
        await store.EnqueueAsync([NewJob(delay: null)], TestContext.Current.CancellationToken);

        Assert.True(await database.QueryAsync<long>(
            "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0);
        var job = NewJob(delay: null);
        Assert.Equal(job.Id, Assert.Single(await store.EnqueueAsync([job], TestContext.Current.CancellationToken)).Id);
        Assert.Equal(1, await CountAsync([job]));
    }

    private NewJob NewJob(TimeSpan? delay) =>
        new() { Id = ids.Next(), Type = JobType.Parse("lost.answer"), Payload = Encoding.UTF8.GetBytes("1"), Delay = delay };

    private Task<long> CountAsync(IEnumerable<NewJob> jobs) => database.QueryAsync<long>(
        "SELECT count(*) FROM (SELECT id FROM jobservice.ready_jobs UNION ALL SELECT id FROM jobservice.scheduled_jobs) s WHERE id = ANY ($1)",
        jobs.Select(job => job.Id.Value).ToArray());
}
