using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Sequences;
using JobService.Core.Signals;
using JobService.Core.Storage;
using JobService.Core.Storage.Signals;
using JobService.Core.Storage.Stores;
using JobService.Storage.Tests.EnqueueInSql;
using JobService.Storage.Tests.Sql;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace JobService.Storage.Tests.Enqueueing;

/// <summary>Jobs with a key among jobs without one, as requests bring them.</summary>
public sealed class KeyedCommitTests(TestStorage storage) : IClassFixture<TestStorage>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_waited_for_holds_up_no_job_without_one()
    {
        using var enqueuer = await StartAsync();
        var held = storage.NewUniqueJob("waited for");
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_keys").Text, connection) { Parameters = { new() { Value = new[] { held.UniqueKey!.Value.Value } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        var waits = enqueuer.EnqueueAsync(held);
        var others = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => enqueuer.EnqueueAsync(storage.NewJob())));

        Assert.All(others, answer => Assert.Null(answer.Refusal));
        Assert.False(waits.IsCompleted);
        await transaction.CommitAsync(Stop);
        Assert.Equal(held.Id, (await waits).Value!.Id);
        await enqueuer.StopAsync(Stop);
    }

    [Theory]
    [InlineData(UniqueConflict.Debounce)]
    [InlineData(UniqueConflict.Supersede)]
    [InlineData(UniqueConflict.Reject)]
    public async Task Each_of_many_calls_is_answered_as_if_it_came_alone(UniqueConflict mode)
    {
        using var enqueuer = await StartAsync();
        var calls = Enumerable.Range(0, 300).Select(i => enqueuer.EnqueueAsync(i % 3 == 0
            ? storage.NewJob()
            : storage.NewUniqueJob($"{mode} {i % 2}", mode) with { Delay = TimeSpan.FromMinutes(1) })).ToArray();

        var answers = await Task.WhenAll(calls);

        var unique = answers.Where((_, i) => i % 3 != 0).ToArray();
        Assert.Equal(2, unique.Count(answer => answer.Value is { IsDeduplicated: false, Superseded: null }));
        Assert.Equal(mode == UniqueConflict.Supersede ? 198 : 0, unique.Count(answer => answer.Value?.Superseded is not null));
        Assert.Equal(mode == UniqueConflict.Debounce ? 198 : 0, unique.Count(answer => answer.Value is { IsDeduplicated: true }));
        Assert.Equal(mode == UniqueConflict.Reject ? 198 : 0, unique.Count(answer => answer.Refusal is Refusal.KeyHeld));
        Assert.All(answers.Where((_, i) => i % 3 == 0), answer => Assert.False(answer.Value!.IsDeduplicated));
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task One_that_can_not_be_stored_harms_none_of_its_neighbours()
    {
        using var enqueuer = await StartAsync();
        NewJob[] jobs = [storage.NewUniqueJob("good"), storage.NewUniqueJob("bad", payload: "{"), storage.NewUniqueJob("good"), storage.NewJob()];

        var answers = await enqueuer.EnqueueEachAsync(jobs, Stop);

        Assert.IsType<Refusal.Invalid>(answers[1].Refusal);
        Assert.Equal([(jobs[0].Id, false), (jobs[0].Id, true), (jobs[3].Id, false)], new[] { 0, 2, 3 }.Select(i => (answers[i].Value!.Id, answers[i].Value!.IsDeduplicated)));
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task Of_a_sequence_none_overtakes_another_whose_key_takes_a_commit_of_its_own()
    {
        using var enqueuer = await StartAsync();
        await storage.EnqueueAsync(storage.NewUniqueJob("first"), storage.NewUniqueJob("second"));
        NewJob[] jobs =
        [
            OfSequence(storage.NewUniqueJob("first", UniqueConflict.Supersede)),
            storage.NewJob(),
            OfSequence(storage.NewJob()),
            OfSequence(storage.NewUniqueJob("second", UniqueConflict.Supersede)),
            OfSequence(storage.NewUniqueJob("first", UniqueConflict.Supersede)),
            OfSequence(storage.NewJob()),
        ];

        var answers = await enqueuer.EnqueueEachAsync(jobs, Stop);

        Assert.Equal(jobs.Select(job => job.Id), answers.Select(answer => answer.Value!.Id));
        var sequence = (await storage.SequenceQueries.FindAsync(SequenceKey.Parse("of-keys"), Stop))!;
        Assert.Equal(new[] { 0, 2, 3, 4, 5 }.Select(i => jobs[i].Id), [sequence.Head, .. sequence.Next]);
        await enqueuer.StopAsync(Stop);

        static NewJob OfSequence(NewJob job) => job with { Policies = job.Policies with { Sequence = new SequencePolicy(SequenceKey.Parse("of-keys")) } };
    }

    [Fact]
    public async Task A_sequence_that_is_waited_for_holds_up_no_job_without_one()
    {
        using var enqueuer = await StartAsync();
        await using var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await using var transaction = await connection.BeginTransactionAsync(Stop);
        await using (var hold = new NpgsqlCommand(SqlFile.Of("lock_sequences").Text, connection) { Parameters = { new() { Value = new[] { "waited-for" } }, new() { Value = 60_000 } } })
            await hold.ExecuteNonQueryAsync(Stop);

        var waits = enqueuer.EnqueueAsync(storage.NewSequenceJob("waited-for"));
        var others = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => enqueuer.EnqueueAsync(storage.NewJob())));

        Assert.All(others, answer => Assert.Null(answer.Refusal));
        Assert.False(waits.IsCompleted);
        await transaction.CommitAsync(Stop);
        Assert.Equal(JobState.Queued, (await waits).Value!.State);
        await enqueuer.StopAsync(Stop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_waited_for_holds_up_only_those_that_want_the_same(bool isOfSequence)
    {
        using var enqueuer = await StartAsync();
        await using var hold = await HoldAsync(isOfSequence);

        var waiting = Enumerable.Range(0, 3).Select(_ => enqueuer.EnqueueAsync(Held(isOfSequence))).ToArray();
        for (var round = 0; round < 3; round++)
        {
            var others = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => enqueuer.EnqueueAsync(Other(isOfSequence, $"{round}-{i}"))));
            Assert.All(others, answer => Assert.Null(answer.Refusal));
        }

        Assert.All(waiting, job => Assert.False(job.IsCompleted));
        await hold.CloseAsync();
        var answers = await Task.WhenAll(waiting);

        Assert.All(answers, answer => Assert.Null(answer.Refusal));
        Assert.Equal(isOfSequence ? 3 : 1, answers.Count(answer => !answer.Value!.IsDeduplicated));
        await enqueuer.StopAsync(Stop);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_several_jobs_only_those_are_refused_that_wait_in_vain(bool isOfSequence)
    {
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, names);
        using var enqueuer = await StartAsync(new PostgresKeyedJobStore(hot, names, TimeSpan.FromMilliseconds(1)));
        await using var hold = await HoldAsync(isOfSequence);
        NewJob[] jobs = [.. Enumerable.Range(0, 9).Select(i => i is 2 or 7 ? Held(isOfSequence) : Other(isOfSequence, $"vain-{i}"))];

        var answers = await enqueuer.EnqueueEachAsync(jobs, Stop);

        Assert.Equal([2, 7], Enumerable.Range(0, 9).Where(i => answers[i].Refusal is Refusal.InUse));
        Assert.Equal(7, answers.Count(answer => answer.Value is { IsDeduplicated: false }));
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task Nor_where_something_is_kept_from_another_of_the_batch()
    {
        var names = new ServerNames();
        await using var hot = PostgresDatabase.CreateHot(storage.Database.ConnectionString, names);
        using var enqueuer = await StartAsync(new PostgresKeyedJobStore(hot, names, TimeSpan.FromMilliseconds(1)));
        await storage.EnqueueAsync(storage.NewUniqueJob("taken over"));
        await using var hold = await HoldAsync(isOfSequence: false);
        var sequence = new SequencePolicy(SequenceKey.Parse("behind-one"));
        NewJob[] jobs =
        [
            storage.NewUniqueJob("taken over", UniqueConflict.Supersede), storage.NewJob(), storage.NewJob(), Held(isOfSequence: false),
        ];
        foreach (var i in (int[])[0, 2])
            jobs[i] = jobs[i] with { Policies = jobs[i].Policies with { Sequence = sequence } };

        var answers = await enqueuer.EnqueueEachAsync([.. jobs, storage.NewJob()], Stop);

        Assert.Equal([3], Enumerable.Range(0, 5).Where(i => answers[i].Refusal is not null));
        Assert.Equal((jobs[0].Id, jobs[2].Id), ((await storage.SequenceQueries.FindAsync(sequence.Key, Stop))! is { Head: var head, Next: [var next] } ? (head, next) : default));
        await enqueuer.StopAsync(Stop);
    }

    /// <summary>A transaction holds the holder itself, not its key; beside them is one that can't be stored, where each of them is tried by itself.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nor_does_one_overtake_another_whose_holder_is_kept(bool isBesideFault)
    {
        using var enqueuer = await StartAsync();
        var key = $"holder {isBesideFault}";
        var sequence = new SequencePolicy(SequenceKey.Parse($"behind-holder-{isBesideFault}"));
        var holder = Assert.Single(await storage.EnqueueAsync(storage.NewUniqueJob(key)));
        await using var open = await SqlTransaction.BeginAsync(storage);
        await open.QueryAsync<Guid>("SELECT id FROM jobservice.ready_jobs WHERE id = $1 FOR UPDATE", holder.Value);
        NewJob[] jobs = [storage.NewUniqueJob(key, UniqueConflict.Supersede), storage.NewJob()];
        jobs = Array.ConvertAll(jobs, job => job with { Policies = job.Policies with { Sequence = sequence } });

        var waiting = enqueuer.EnqueueEachAsync(isBesideFault ? [storage.NewUniqueJob("bad", payload: "{"), .. jobs] : jobs, Stop);

        // Until it is waited for for longer than a moment: by then it was tried for moments only, and those behind it would have been enqueued.
        while (!await storage.Database.QueryAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND clock_timestamp() - xact_start > interval '500 ms')"))
            Assert.False(waiting.IsCompleted);
        await open.DisposeAsync();
        var answers = await waiting;

        Assert.All(answers.Skip(isBesideFault ? 1 : 0), answer => Assert.Null(answer.Refusal));
        Assert.Equal((jobs[0].Id, jobs[1].Id), ((await storage.SequenceQueries.FindAsync(sequence.Key, Stop))! is { Head: var head, Next: [var next] } ? (head, next) : default));
        await enqueuer.StopAsync(Stop);
    }

    [Fact]
    public async Task Nor_does_one_overtake_another_that_has_waited_in_vain()
    {
        await using var hold = await HoldAsync(isOfSequence: false);
        using var signals = new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance);

        // By its clock the time that they may wait is over before the first has waited.
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMinutes(1) };
        var commits = new JobCommits(storage.Jobs, storage.KeyedJobs, storage.Router, signals, clock, NullLogger.Instance);
        var sequence = new SequencePolicy(SequenceKey.Parse("behind-one-in-vain"));
        NewJob[] jobs = [Held(isOfSequence: false), storage.NewJob(), storage.NewSequenceJob("beside-one-in-vain")];
        jobs = [.. jobs[..2].Select(job => job with { Policies = job.Policies with { Sequence = sequence } }), jobs[2]];

        var answers = await commits.EachAsync(jobs, Stop);

        Assert.IsType<Refusal.InUse>(answers[0].Refusal);
        Assert.IsType<Refusal.InUse>(answers[1].Refusal);
        Assert.Null(answers[2].Refusal);
        await hold.CloseAsync();
    }

    private NewJob Held(bool isOfSequence) => isOfSequence ? storage.NewSequenceJob("kept") : storage.NewUniqueJob("kept");

    private NewJob Other(bool isOfSequence, string name) => isOfSequence ? storage.NewSequenceJob($"other-{name}") : storage.NewUniqueJob($"other {isOfSequence} {name}");

    /// <summary>Keeps a key, or a sequence, from everybody else until it is closed.</summary>
    private async Task<NpgsqlConnection> HoldAsync(bool isOfSequence)
    {
        var connection = await storage.Database.Source.OpenConnectionAsync(Stop);
        await connection.BeginTransactionAsync(Stop);
        await using var hold = new NpgsqlCommand(SqlFile.Of(isOfSequence ? "lock_sequences" : "lock_keys").Text, connection);
        hold.Parameters.Add(new() { Value = isOfSequence ? new[] { "kept" } : (object)new[] { Held(isOfSequence).UniqueKey!.Value.Value } });
        hold.Parameters.Add(new() { Value = 60_000 });
        await hold.ExecuteNonQueryAsync(Stop);
        return connection;
    }

    private async Task<JobEnqueuer> StartAsync(IKeyedJobStore? keyed = null)
    {
        var enqueuer = new JobEnqueuer(
            storage.Jobs,
            keyed ?? storage.KeyedJobs,
            storage.Router,
            new SignalHub(new PostgresSignalLine(storage.Hot), TimeProvider.System, NullLogger<SignalHub>.Instance),
            Options.Create(new EnqueueOptions()),
            TimeProvider.System,
            NullLogger<JobEnqueuer>.Instance);
        await enqueuer.StartAsync(Stop);
        return enqueuer;
    }
}
