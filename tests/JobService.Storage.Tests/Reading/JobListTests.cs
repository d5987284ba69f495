using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Storage.Tests.Reading;

public sealed class JobListTests : IAsyncLifetime
{
    private readonly TestStorage storage = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task Pages_are_newest_first_and_hold_each_job_once_while_others_are_added_and_move()
    {
        await storage.MakeDaysAsync(-2);
        var ids = new List<JobId>();
        foreach (var ago in (int[])[2, 1, 0])
            ids.AddRange(await storage.EnqueueAsync([.. Enumerable.Range(0, 21).Select(_ => storage.NewJobOf(TimeSpan.FromDays(ago)))]));
        ids.Sort((a, b) => string.CompareOrdinal(b.ToString(), a.ToString()));

        var seen = new List<JobId>();
        JobId? before = null;
        while (seen.Count <= ids.Count && await ListAsync(new JobFilter(), before, limit: 10) is { Count: > 0 } page)
        {
            seen.AddRange(page);
            before = page[^1];

            // New jobs come at the front; a job that changes its state stays where it is.
            await storage.EnqueueAsync(storage.NewJob(), storage.NewJob());
            await storage.Jobs.CancelAsync(page[0], reason: null, actor: null, Cancellation);
            await storage.Jobs.CancelAsync(ids[^1], reason: null, actor: null, Cancellation);
        }

        Assert.Equal(ids, seen);
    }

    [Fact]
    public async Task A_page_of_a_state_goes_on_exactly_where_the_last_one_ended()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 12).Select(_ => storage.NewJob())]);
        for (var i = 0; i < 12; i += 2)
            await storage.Jobs.CancelAsync(ids[i], reason: null, actor: null, Cancellation);
        var filter = new JobFilter { States = [JobState.Cancelled] };

        var first = await ListAsync(filter, before: null, limit: 4);
        var second = await ListAsync(filter, before: first[^1], limit: 4);

        Assert.Equal([ids[10], ids[8], ids[6], ids[4]], first);
        Assert.Equal([ids[2], ids[0]], second);
    }

    [Fact]
    public async Task Each_filter_lets_through_what_it_names_and_nothing_else()
    {
        var plain = storage.NewJob();
        var queued = storage.NewJob() with { Queue = QueueName.Parse("side"), Tags = Tags(("tenant", "a"), ("kind", "x")) };
        var typed = storage.NewJob(type: "mail.send_all") with { Tags = Tags(("tenant", "b")) };
        var near = storage.NewJob(type: "mail.sendxall");
        var old = storage.NewJobOf(TimeSpan.FromHours(12));
        await storage.EnqueueAsync(plain, queued, typed, near, old);
        await storage.Database.ExecuteAsync("UPDATE jobservice.jobs SET created_at = created_at - interval '12 hours' WHERE id = $1", old.Id.Value);
        var since = old.Id.MadeAt.AddHours(1);

        Assert.Equal([queued.Id], await ListAsync(new JobFilter { Queue = QueueName.Parse("side") }));
        Assert.Equal([typed.Id], await ListAsync(new JobFilter { TypeGlob = "mail.send_all" }));
        Assert.Equal([near.Id, typed.Id], await ListAsync(new JobFilter { TypeGlob = "mail.send?all" }));
        Assert.Equal([near.Id, typed.Id], await ListAsync(new JobFilter { TypeGlob = "mail.*" }));
        Assert.Empty(await ListAsync(new JobFilter { TypeGlob = "%" }));
        Assert.Equal([queued.Id], await ListAsync(new JobFilter { Tags = Tags(("tenant", "a")) }));
        Assert.Empty(await ListAsync(new JobFilter { Tags = Tags(("tenant", "a"), ("kind", "y")) }));
        Assert.Equal([old.Id], await ListAsync(new JobFilter { CreatedTo = since }));
        Assert.Equal([near.Id, typed.Id, queued.Id, plain.Id], await ListAsync(new JobFilter { CreatedFrom = since }));
        Assert.Empty(await ListAsync(new JobFilter { CreatedFrom = since, CreatedTo = since }));
        Assert.Empty(await ListAsync(new JobFilter { Queue = QueueName.Parse("side"), TypeGlob = "mail.*" }));
    }

    [Fact]
    public async Task The_states_of_a_filter_can_be_any_and_the_lists_of_all_of_them_part_the_jobs()
    {
        var ids = await storage.EnqueueAsync([.. Enumerable.Range(0, 6).Select(_ => storage.NewJob()), storage.NewJob() with { Delay = TimeSpan.FromHours(1) }, storage.NewJob()]);
        await storage.Jobs.CancelAsync(ids[7], reason: null, actor: null, Cancellation);
        var blocked = await storage.EnqueueAsync(storage.NewSequenceJob() with { Delay = TimeSpan.FromHours(1) }, storage.NewSequenceJob());
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = await storage.RegisterWorkerAsync(), MaxJobs = 5, Types = [JobType.Parse("demo.echo")] };
        var claims = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;
        var error = new AttemptError("demo.failed", "It failed.");
        await claimer.ExchangeAsync(
            [
                JobTransition.Succeed(claims[0].Id, claims[0].Token, result: null),
                JobTransition.Fail(claims[1].Id, claims[1].Token, AttemptFailure.Failed, error, "attempts"),
                JobTransition.Retry(claims[2].Id, claims[2].Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1)),
                JobTransition.Release(claims[3].Id, claims[3].Token),
            ],
            request: null,
            Cancellation);
        var expected = new Dictionary<JobState, JobId[]>
        {
            [JobState.Succeeded] = [ids[0]],
            [JobState.Failed] = [ids[1]],
            [JobState.Retrying] = [ids[2]],
            [JobState.Queued] = [ids[5], ids[3]],
            [JobState.Running] = [ids[4]],
            [JobState.Scheduled] = [blocked[0], ids[6]],
            [JobState.Blocked] = [blocked[1]],
            [JobState.Cancelled] = [ids[7]],
        };

        // Every set of states, since the filter has another form for each kind of them.
        var states = expected.Keys.ToArray();
        for (var set = 1; set < 1 << states.Length; set++)
        {
            JobState[] chosen = [.. states.Where((_, i) => (set & (1 << i)) != 0)];
            Assert.Equal(
                chosen.SelectMany(state => expected[state]).OrderByDescending(id => id.ToString(), StringComparer.Ordinal),
                await ListAsync(new JobFilter { States = chosen }));
        }

        Assert.Equal([ids[4]], await ListAsync(new JobFilter { Worker = "test:1", States = [JobState.Running] }));
    }

    [Fact]
    public async Task A_job_that_waits_again_shows_its_last_attempt_and_is_found_by_the_worker_that_ran_it()
    {
        var worker = await storage.RegisterWorkerAsync();
        var claimer = storage.Claimer();
        var request = new ClaimRequest { Worker = worker, MaxJobs = 10, Types = [JobType.Parse("demo.echo")] };
        var ids = await storage.EnqueueAsync(storage.NewJob(), storage.NewJob(), storage.NewJob(), storage.NewJob());
        var claims = (await claimer.ExchangeAsync([], request, Cancellation)).Claims;
        var error = new AttemptError("demo.failed", "It failed.");
        await claimer.ExchangeAsync(
            [
                JobTransition.Retry(claims[0].Id, claims[0].Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1)),
                JobTransition.Retry(claims[1].Id, claims[1].Token, AttemptFailure.Failed, error, TimeSpan.FromHours(1)),
                JobTransition.Succeed(claims[2].Id, claims[2].Token, result: null),
                JobTransition.Release(claims[3].Id, claims[3].Token),
            ],
            request: null,
            Cancellation);
        await storage.Jobs.CancelAsync(ids[1], reason: null, actor: null, Cancellation);
        await storage.Jobs.RestartAsync(ids[2], new JobRestart(), actor: null, Cancellation);

        Assert.Equal([ids[2], ids[1], ids[0]], await ListAsync(new JobFilter { Worker = "test:1" }));
        Assert.Equal([ids[0]], await ListAsync(new JobFilter { Worker = "test:1", States = [JobState.Retrying] }));
        Assert.Empty(await ListAsync(new JobFilter { Worker = "test:2" }));
        foreach (var job in (await storage.Queries.ListAsync(new JobFilter(), before: null, 10, Cancellation)).Items)
        {
            var claim = job.Id == ids[3] ? null : claims.Single(claim => claim.Id == job.Id);
            Assert.Equal((claim?.ClaimedAt, claim is null ? null : "test:1"), (job.StartedAt, job.Worker));
        }
    }

    private static Dictionary<string, string> Tags(params (string Key, string Value)[] tags) => tags.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    private async Task<IReadOnlyList<JobId>> ListAsync(JobFilter filter, JobId? before = null, int limit = 100) =>
        [.. (await storage.Queries.ListAsync(filter, before, limit, Cancellation)).Items.Select(job => job.Id)];
}
