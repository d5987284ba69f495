using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.Sql;
using Npgsql;

namespace JobService.Storage.Tests.Keys;

/// <summary>A request that is sent again.</summary>
public sealed class KeptAnswerTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_done_once_however_many_come_at_once()
    {
        var request = RequestKey.Of("me", "twins", "POST", "/", "{}"u8);
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            await Task.Yield();
            return (await OnceAsync(request, storage.NewJob())).Value!.Answer;
        }));

        Assert.Single(answers, answer => !answer.IsReplayed);
        Assert.Single(answers.Select(answer => answer.Job).Distinct());
    }

    [Fact]
    public async Task One_with_another_body_or_from_another_caller_is_another()
    {
        var request = RequestKey.Of("me", "other", "POST", "/", "1"u8);
        var first = (await OnceAsync(request, storage.NewJob())).Value!.Answer;

        Assert.IsType<Refusal.KeyReused>((await OnceAsync(RequestKey.Of("me", "other", "POST", "/", "2"u8), storage.NewJob())).Refusal);
        Assert.IsType<Refusal.KeyReused>((await OnceAsync(RequestKey.Of("me", "other", "POST", "/x", "1"u8), storage.NewJob())).Refusal);
        Assert.IsType<Refusal.KeyReused>((await storage.KeyedJobs.FindAnswerAsync(RequestKey.Of("me", "other", "PUT", "/", "1"u8), Stop))!.Value.Refusal);
        Assert.NotEqual(first.Job, (await OnceAsync(RequestKey.Of("you", "other", "POST", "/", "2"u8), storage.NewJob())).Value!.Answer.Job);
        Assert.NotEqual(first.Job, (await OnceAsync(RequestKey.Of(actor: null, "other", "POST", "/", "2"u8), storage.NewJob())).Value!.Answer.Job);
        Assert.Equal(first.Job, (await storage.KeyedJobs.FindAnswerAsync(request, Stop))!.Value.Value!.Job);
    }

    [Fact]
    public async Task A_transaction_that_fails_or_is_refused_leaves_nothing_of_it()
    {
        var request = RequestKey.Of("me", "fails", "POST", "/", "{}"u8);
        var holder = storage.NewUniqueJob("held");
        await storage.KeyedJobs.EnqueueEachAsync([holder], Stop);
        var job = storage.NewJob();

        await Assert.ThrowsAsync<InvalidOperationException>(() => storage.KeyedJobs.EnqueueOnceAsync([job], request, (_, _) => throw new InvalidOperationException("A bug."), Stop));
        Assert.IsType<Refusal.OfJob>((await OnceAsync(request, job, storage.NewUniqueJob("held", UniqueConflict.Reject))).Refusal);

        Assert.Null(await storage.KeyedJobs.FindAnswerAsync(request, Stop));
        Assert.Equal(0, await storage.Database.QueryAsync<int>("SELECT count(*)::int FROM jobservice.jobs WHERE id = $1", job.Id.Value));
        Assert.False((await OnceAsync(request, job)).Value!.Answer.IsReplayed);
    }

    [Fact]
    public async Task Its_answer_shows_jobs_as_they_are_within_its_transaction()
    {
        var holder = storage.NewUniqueJob("seen");
        await storage.KeyedJobs.EnqueueEachAsync([holder], Stop);
        Job? seen = null;
        await storage.KeyedJobs.EnqueueOnceAsync(
            [storage.NewUniqueJob("seen", UniqueConflict.Replace, payload: "2")],
            RequestKey.Of("me", "seen", "POST", "/", "{}"u8),
            async (made, find) =>
            {
                seen = await find(made[0].Id);
                return new KeptAnswer(200, made[0].Id, "{}"u8.ToArray());
            },
            Stop);

        Assert.Equal((holder.Id, "2"), (seen!.Id, seen.Payload));
    }

    [Fact]
    public async Task It_is_another_request_after_a_day()
    {
        await using var own = await TestStorage.CreateAsync();
        var request = RequestKey.Of("me", "day", "POST", "/", "{}"u8);
        await own.KeyedJobs.EnqueueOnceAsync([own.NewJob()], request, Describe, Stop);
        await own.Database.AdvanceAsync(TimeSpan.FromHours(23.9));
        Assert.True((await own.KeyedJobs.EnqueueOnceAsync([own.NewJob()], request, Describe, Stop)).Value!.Answer.IsReplayed);
        await own.Database.AdvanceAsync(TimeSpan.FromHours(0.2));
        Assert.False((await own.KeyedJobs.EnqueueOnceAsync([own.NewJob()], RequestKey.Of("me", "day", "POST", "/", "other"u8), Describe, Stop)).Value!.Answer.IsReplayed);
    }

    [Fact]
    public async Task One_that_waits_in_vain_for_the_first_is_told_so()
    {
        var request = RequestKey.Of("me", "stuck", "POST", "/", "{}"u8);
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, names);
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_keys").Text, connection) { Parameters = { new() { Value = new[] { request.Hash.Value } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        var hasty = new PostgresKeyedJobStore(hot, names, TimeSpan.FromMilliseconds(1));
        Assert.IsType<Refusal.InFlight>((await hasty.EnqueueOnceAsync([storage.NewJob()], request, Describe, Stop)).Refusal);
        await transaction.RollbackAsync(Stop);
        Assert.False((await OnceAsync(request, storage.NewJob())).Value!.Answer.IsReplayed);
    }

    [Fact]
    public async Task One_that_waits_in_vain_for_something_else_is_not_told_that_its_request_is_under_way()
    {
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, names);
        var job = storage.NewUniqueJob("kept from a request");
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_keys").Text, connection) { Parameters = { new() { Value = new[] { job.UniqueKey!.Value.Value } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        var hasty = new PostgresKeyedJobStore(hot, names, TimeSpan.FromMilliseconds(1));
        Assert.IsType<Refusal.InUse>((await hasty.EnqueueOnceAsync([job], RequestKey.Of("me", "free", "POST", "/", "{}"u8), Describe, Stop)).Refusal);
    }

    [Fact]
    public async Task What_can_not_be_described_any_more_is_not_enqueued()
    {
        var (job, request) = (storage.NewUniqueJob("not described"), RequestKey.Of("me", "gone", "POST", "/", "{}"u8));

        var refused = await storage.KeyedJobs.EnqueueOnceAsync([job], request, (_, _) => Task.FromResult<Result<KeptAnswer>>(new Refusal.Gone("It is gone.")), Stop);

        Assert.IsType<Refusal.Gone>(refused.Refusal);
        Assert.IsType<Refusal.NotFound>((await storage.Queries.FindAsync(job.Id, Stop)).Refusal);
        Assert.False((await OnceAsync(request, job)).Value!.Answer.IsReplayed);
    }

    private Task<Result<OnceEnqueued>> OnceAsync(RequestKey request, params NewJob[] jobs) => storage.KeyedJobs.EnqueueOnceAsync(jobs, request, Describe, Stop);

    private static Task<Result<KeptAnswer>> Describe(IReadOnlyList<EnqueuedJob> made, Func<JobId, Task<Job?>> find) =>
        Task.FromResult(Result.Of(new KeptAnswer(201, made[0].Id, "{}"u8.ToArray())));
}
