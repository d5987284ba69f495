using System.Globalization;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Storage;
using JobService.Core.Storage.Stores;

namespace JobService.Storage.Tests.Keys;

/// <summary>A hundred twins at once, from four processes that know nothing of each other.</summary>
public sealed class TwinTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private const int Twins = 100;

    public static TheoryData<UniqueScope, UniqueConflict> Ways
    {
        get
        {
            var ways = new TheoryData<UniqueScope, UniqueConflict>();
            foreach (var scope in Enum.GetValues<UniqueScope>())
            {
                foreach (var mode in Enum.GetValues<UniqueConflict>())
                    ways.Add(scope, mode);
            }

            return ways;
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task One_of_them_is_enqueued_and_answers_for_the_others(UniqueScope scope, UniqueConflict mode)
    {
        var key = $"{scope} {mode}";
        var twins = Enumerable.Range(0, Twins)
            .Select(i => storage.NewUniqueJob(key, mode, scope, i.ToString(CultureInfo.InvariantCulture)) with { Delay = mode == UniqueConflict.Debounce ? TimeSpan.FromMinutes(1) : null })
            .ToArray();

        var answers = await EnqueueAsync(twins, atOnce: 1);

        var enqueued = answers.Where(answer => answer.Value is { IsDeduplicated: false }).Select(answer => answer.Value!).ToArray();
        if (mode == UniqueConflict.Supersede)
        {
            // Each took the key from the one before it.
            Assert.Equal(Twins, enqueued.Length);
            Assert.Equal(Twins - 1, enqueued.Select(job => job.Superseded).OfType<JobId>().Distinct().Count());
            Assert.Equal(Twins - 1, await CountAsync("finished_jobs", twins));
        }
        else
        {
            var only = Assert.Single(enqueued);
            Assert.All(answers.Where(answer => answer.Value is { IsDeduplicated: true }), answer => Assert.Equal(only.Id, answer.Value!.Id));
            Assert.Equal(mode == UniqueConflict.Reject ? Twins - 1 : 0, answers.Count(answer => answer.Refusal is Refusal.KeyHeld { Holder: var holder } && string.Equals(holder, only.Id.ToString(), StringComparison.Ordinal)));
            Assert.Equal(1, await CountAsync("jobs", twins));
        }

        Assert.Equal(1, await CountAsync("ready_jobs", twins) + await CountAsync("scheduled_jobs", twins));
        if (mode == UniqueConflict.Replace)
            Assert.Equal(Twins - 1, await storage.Database.QueryAsync<int>("SELECT revision FROM jobservice.jobs WHERE id = $1", enqueued[0].Id.Value));
    }

    [Fact]
    public async Task One_of_them_takes_the_key_of_a_job_that_has_ended()
    {
        for (var round = 0; round < 10; round++)
        {
            var answers = await EnqueueAsync([.. Enumerable.Range(0, Twins).Select(_ => storage.NewUniqueJob("ended"))], atOnce: 1);

            var only = Assert.Single(answers, answer => answer.Value is { IsDeduplicated: false }).Value!.Id;
            Assert.Single(answers.Select(answer => answer.Value!.Id).Distinct());
            await storage.Jobs.CancelAsync(only, reason: null, actor: null, Stop);
        }
    }

    [Fact]
    public async Task Twins_in_many_batches_of_many_keys_are_one_job_a_key()
    {
        var twins = Enumerable.Range(0, 1_000).Select(i => i % 10 == 0 ? storage.NewJob() : storage.NewUniqueJob($"many {i * 7 % 40}")).ToArray();

        var answers = await EnqueueAsync(Array.FindAll(twins, job => job.UniqueKey is not null), atOnce: 50);

        var keys = twins.Select(job => job.UniqueKey).OfType<KeyHash>().Distinct().Count();
        Assert.Equal(keys, answers.Count(answer => answer.Value is { IsDeduplicated: false }));
        Assert.Equal(keys, answers.Select(answer => answer.Value!.Id).Distinct().Count());
    }

    private async Task<IReadOnlyList<Result<EnqueuedJob>>> EnqueueAsync(NewJob[] jobs, int atOnce)
    {
        var processes = Enumerable.Range(0, 4).Select(_ => new ServerNames()).Select(names => (Names: names, Hot: PostgresDatabase.CreateHot(storage.Database.ConnectionString, names, maxConnections: 5))).ToArray();
        try
        {
            var calls = jobs.Chunk(atOnce).Select(async (chunk, i) =>
            {
                var store = new PostgresKeyedJobStore(processes[i % processes.Length].Hot, processes[i % processes.Length].Names);
                await Task.Yield();
                return await store.EnqueueEachAsync(chunk, Stop);
            });
            return [.. (await Task.WhenAll(calls)).SelectMany(answers => answers).Select(answer => answer!.Value)];
        }
        finally
        {
            foreach (var process in processes)
                await process.Hot.DisposeAsync();
        }
    }

    private Task<int> CountAsync(string table, IEnumerable<NewJob> jobs) =>
        storage.Database.QueryAsync<int>($"SELECT count(*)::int FROM jobservice.{table} WHERE id = ANY ($1)", jobs.Select(job => job.Id.Value).ToArray());
}
