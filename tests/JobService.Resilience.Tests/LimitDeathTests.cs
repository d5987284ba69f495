using System.Globalization;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.TestKit;

namespace JobService.Resilience.Tests;

/// <summary>Limits while workers that run under them are killed, by SIGKILL; with JOBSERVICE_PROOF=full eight of them over 100,000 jobs of 1,000 keys.</summary>
public sealed class LimitDeathTests
{
    private const int Slots = 20;

    private static readonly int Keys = Proof.IsFull ? 1_000 : 100;
    private static readonly int JobsOfKey = Proof.IsFull ? 100 : 40;
    private static readonly int Workers = Proof.IsFull ? 8 : 3;
    private static readonly int Kills = Proof.IsFull ? 12 : 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_key_is_above_its_limit_at_any_instant_and_none_has_lost_a_slot_in_the_end()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var client = await ClientProcess.StartAsync(database.ConnectionString);
        for (var limit = 1; limit <= 5; limit++)
        {
            Assert.True(LimitPattern.TryParse($"k{limit}:*", out var pattern));
            Assert.True((await client.Limits.SaveAsync(pattern, new LimitSettings { MaxRunning = limit }, Cancellation)).Value);
        }

        var jobs = Enumerable.Range(0, Keys * JobsOfKey).Select(i => client.NewJob("demo.sleep", """{"duration": "5ms"}""") with { LimitKeys = [LimitKey.Parse(KeyOf(i % Keys))] }).ToArray();
        new Random(1).Shuffle(jobs);
        foreach (var some in jobs.Chunk(5_000))
            await client.Store.EnqueueAsync(some, Cancellation);

        var workers = Enumerable.Range(0, Workers).Select(_ => StartWorker(database)).ToArray();
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await client.WaitForAllAsync([jobs[(kill + 1) * jobs.Length / (Kills + 1)].Id]);
                await workers[kill % Workers].KillAsync();
                await workers[kill % Workers].DisposeAsync();
                workers[kill % Workers] = StartWorker(database);
            }

            await client.WaitForAllAsync(jobs.Select(job => job.Id));
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        var lost = await database.QueryAsync<long>("SELECT count(*) FROM jobservice.attempts WHERE failure = 3");
        var history = await LimitHistory.ReadAsync(database, Cancellation);
        var most = history.MostAtOnce();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{jobs.Length} jobs of {Keys} keys, {Workers} workers, {Kills} of them killed with {lost} jobs; the longest wait of a key was {history.LongestWaitInTurns(LimitOf) / (double)Keys:F2} of its fair share."));
        Assert.NotEqual(0, lost);
        Assert.Equal(jobs.Length, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.finished_jobs WHERE state = 6"));
        Assert.Equal(0, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
        Assert.Equal(Keys, most.Count);
        Assert.All(most, key => Assert.InRange(key.Value, 1, LimitOf(key.Key)!.Value));
        Assert.Contains(most, key => key.Value == LimitOf(key.Key));

        // Each key lets through as many as ever: a worker with room for all takes as many as there may run.
        var again = Enumerable.Range(0, 10).SelectMany(key => Enumerable.Range(0, 6).Select(_ => client.NewJob("demo.sleep", """{"duration": "1h"}""") with { LimitKeys = [LimitKey.Parse(KeyOf(key))] })).ToArray();
        await client.Store.EnqueueAsync(again, Cancellation);
        await using var last = WorkerProcess.Start(database.ConnectionString, slots: 100, TimeSpan.Zero);
        while (await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs") < 30)
            Cancellation.ThrowIfCancellationRequested();
        Assert.Equal(30, await database.QueryAsync<long>("SELECT count(*) FROM jobservice.running_jobs"));
    }

    private static WorkerProcess StartWorker(TestDatabase database) => WorkerProcess.Start(database.ConnectionString, Slots, TimeSpan.Zero);

    private static string KeyOf(int number) => string.Create(CultureInfo.InvariantCulture, $"k{(number % 5) + 1}:{number}");

    private static int? LimitOf(string key) => key[1] - '0';
}
