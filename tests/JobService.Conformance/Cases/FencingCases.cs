using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Leases;

namespace JobService.Conformance.Cases;

/// <summary>A write about a running job counts only under the token of the claim that holds it.</summary>
public abstract class FencingCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    private static readonly Dictionary<string, Func<JobId, LeaseToken, JobTransition>> Kinds = new(StringComparer.Ordinal)
    {
        ["succeed"] = (id, token) => JobTransition.Succeed(id, token, "1"u8.ToArray()),
        ["retry"] = (id, token) => JobTransition.Retry(id, token, AttemptFailure.Failed, Situations.Error, TimeSpan.Zero),
        ["fail"] = (id, token) => JobTransition.Fail(id, token, AttemptFailure.Failed, Situations.Error, "not-retryable"),
        ["expire"] = (id, token) => JobTransition.Expire(id, token, "expired"),
        ["snooze"] = (id, token) => JobTransition.Snooze(id, token, TimeSpan.Zero),
        ["release"] = JobTransition.Release,
        ["cancel"] = (id, token) => JobTransition.Cancel(id, token, "no need"),
        ["abandon"] = JobTransition.Abandon,
    };

    public static TheoryData<string> Writes { get; } = [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_stale_token_changes_nothing_while_another_worker_runs_the_job(string write)
    {
        var old = await Store.RunAsync();
        await LoseAsync(old);
        var current = Assert.Single(await Store.ClaimAsync(await Store.RegisterAsync()));
        Assert.NotEqual(old.Token, current.Token);
        var before = await Store.SeeAsync(old.Id);

        Assert.False(await Store.ApplyAsync(Kinds[write](old.Id, old.Token)));

        Assert.Equal(before, await Store.SeeAsync(old.Id));
        Assert.True(await Store.ApplyAsync(Kinds[write](current.Id, current.Token)));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_stale_token_changes_nothing_while_the_job_waits_or_has_ended(string write)
    {
        var old = await Store.RunAsync();
        await LoseAsync(old);
        var queued = await Store.SeeAsync(old.Id);
        Assert.False(await Store.ApplyAsync(Kinds[write](old.Id, old.Token)));
        Assert.Equal(queued, await Store.SeeAsync(old.Id));

        await Store.Jobs.CancelAsync(old.Id, "no need", actor: null, Cancellation);
        var cancelled = await Store.SeeAsync(old.Id);
        Assert.False(await Store.ApplyAsync(Kinds[write](old.Id, old.Token)));
        Assert.Equal(cancelled, await Store.SeeAsync(old.Id));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task A_write_counts_once(string write)
    {
        var claim = await Store.RunAsync();
        Assert.True(await Store.ApplyAsync(Kinds[write](claim.Id, claim.Token)));
        var after = await Store.SeeAsync(claim.Id);

        Assert.False(await Store.ApplyAsync(Kinds[write](claim.Id, claim.Token)));

        Assert.Equal(after, await Store.SeeAsync(claim.Id));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task The_token_of_another_job_is_stale(string write)
    {
        var (one, other) = (await Store.RunAsync(), await Store.RunAsync());

        var exchange = await Store.Claims.ExchangeAsync(
            [Kinds[write](one.Id, other.Token), JobTransition.Succeed(other.Id, other.Token, result: null)], request: null, Cancellation);

        Assert.Equal(one.Id, Assert.Single(exchange.Stale).Id);
        Assert.Equal((JobState.Running, JobState.Succeeded), ((await Store.SeeAsync(one.Id))!.State, (await Store.SeeAsync(other.Id))!.State));
    }

    private async Task LoseAsync(Claim claim)
    {
        await Store.AdvanceAsync(claim.Policies.Timeout.Hard + TimeSpan.FromMinutes(2));
        Assert.Equal(1, (await Store.Leases.ReclaimAsync(await Store.RegisterAsync(), 1_000, Cancellation)).Requeued);
    }
}
