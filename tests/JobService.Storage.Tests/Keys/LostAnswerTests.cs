using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;
using JobService.TestKit;

namespace JobService.Storage.Tests.Keys;

/// <summary>The connection breaks at each of the answers there are, one after the other, also at that to the commit: what was done is done once, and told as it was.</summary>
public sealed class LostAnswerTests(TestStorage storage) : IClassFixture<TestStorage>
{
    /// <summary>More than there are answers in any of these calls.</summary>
    private const int Answers = 14;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_with_a_key_is_enqueued_once()
    {
        await CutEachAsync(async (store, cut) =>
        {
            var job = storage.NewUniqueJob($"one {cut}");
            Assert.Equal((job.Id, false), Told(await store.EnqueueEachAsync([job], Stop)).Single());
            Assert.Equal((job.Id, true), Told(await store.EnqueueEachAsync([storage.NewUniqueJob($"one {cut}")], Stop)).Single());
        });
    }

    [Fact]
    public async Task Twins_get_the_answers_they_would_have_got()
    {
        await CutEachAsync(async (store, cut) =>
        {
            NewJob[] jobs = [storage.NewUniqueJob($"twins {cut}"), storage.NewUniqueJob($"twins {cut}"), storage.NewUniqueJob($"other {cut}"), storage.NewUniqueJob($"twins {cut}", UniqueConflict.Reject)];
            var answers = await store.EnqueueEachAsync(jobs, Stop);
            Assert.Equal([(jobs[0].Id, false), (jobs[0].Id, true), (jobs[2].Id, false)], Told(answers.Take(3)));
            Assert.IsType<Refusal.KeyHeld>(answers[3]!.Value.Refusal);
        });
    }

    [Fact]
    public async Task A_holder_is_changed_once()
    {
        await CutEachAsync(async (store, cut) =>
        {
            var holder = storage.NewUniqueJob($"changed {cut}");
            await storage.KeyedJobs.EnqueueEachAsync([holder], Stop);
            Assert.Equal((holder.Id, true), Told(await store.EnqueueEachAsync([storage.NewUniqueJob($"changed {cut}", UniqueConflict.Replace, payload: "2")], Stop)).Single());
            Assert.Equal(1, await storage.Database.QueryAsync<int>("SELECT revision FROM jobservice.jobs WHERE id = $1", holder.Id.Value));
        });
    }

    [Fact]
    public async Task A_holder_is_superseded_once()
    {
        await CutEachAsync(async (store, cut) =>
        {
            NewJob[] jobs = [storage.NewUniqueJob($"line {cut}"), storage.NewUniqueJob($"line {cut}", UniqueConflict.Supersede), storage.NewUniqueJob($"line {cut}", UniqueConflict.Supersede)];
            Assert.False((await store.EnqueueAllAsync(jobs, Stop)).IsRefused(out _, out var all));
            Assert.Equal(jobs.Select(job => (job.Id, false)), all.Select(job => (job.Id, job.IsDeduplicated)));
            Assert.Equal(2, await storage.Database.QueryAsync<int>("SELECT count(*)::int FROM jobservice.finished_jobs WHERE id = ANY ($1)", jobs.Select(job => job.Id.Value).ToArray()));
        });
    }

    [Fact]
    public async Task A_request_is_done_once_and_its_first_answer_is_not_told_to_be_a_second()
    {
        await CutEachAsync(async (store, cut) =>
        {
            var request = RequestKey.Of(actor: null, $"cut {cut}", "POST", "/", "{}"u8);
            var first = await OnceAsync(store, request);
            var second = await OnceAsync(store, request);
            Assert.Equal((false, true), (first.IsReplayed, second.IsReplayed));
            Assert.Equal(first.Job, second.Job);
            Assert.Equal(1, await storage.Database.QueryAsync<int>("SELECT count(*)::int FROM jobservice.jobs WHERE id = $1", first.Job!.Value.Value));
        });
        Assert.Equal(Answers, await storage.Database.QueryAsync<int>("SELECT count(*)::int FROM jobservice.job_keys WHERE scope = 5"));
    }

    private async Task<KeptAnswer> OnceAsync(PostgresKeyedJobStore store, RequestKey request)
    {
        var job = storage.NewJob();
        var once = await store.EnqueueOnceAsync([job], request, (made, _) => Task.FromResult(Result.Of(new KeptAnswer(201, made[0].Id, "{}"u8.ToArray()))), Stop);
        return once.Value!.Answer;
    }

    private async Task CutEachAsync(Func<PostgresKeyedJobStore, int, Task> call)
    {
        var lost = 0;
        for (var cut = 1; cut <= Answers; cut++)
        {
            await using var line = new CutLine(storage.Database.ConnectionString);
            var names = new ServerNames();
            await using var hot = PostgresDatabase.CreateHot(line.ConnectionString, names);
            var store = new PostgresKeyedJobStore(hot, names);
            await store.EnqueueEachAsync([storage.NewUniqueJob(Guid.NewGuid().ToString())], Stop);
            line.LoseAnswer(cut);
            await call(store, cut);
            lost += line.Lost;
        }

        // Begin and lock, look, insert, take, commit: there were at least as many.
        Assert.InRange(lost, 5, Answers);
    }

    private static IEnumerable<(JobId Id, bool IsDeduplicated)> Told(IEnumerable<Result<EnqueuedJob>?> answers) =>
        answers.Select(answer => (answer!.Value.Value!.Id, answer.Value.Value.IsDeduplicated));
}
