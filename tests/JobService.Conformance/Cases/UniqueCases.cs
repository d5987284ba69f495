using JobService.Conformance.Stores;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;
using JobService.Core.Sequences;

namespace JobService.Conformance.Cases;

/// <summary>How long a job holds its unique key, and what becomes of another one that has it too.</summary>
public abstract class UniqueCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<UniqueScope, JobState, bool> Holds
    {
        get
        {
            var cases = new TheoryData<UniqueScope, JobState, bool>();
            foreach (var state in Enum.GetValues<JobState>())
            {
                cases.Add(UniqueScope.UntilStarted, state, state is JobState.Blocked or JobState.Scheduled or JobState.Queued);
                cases.Add(UniqueScope.UntilFinished, state, !state.IsFinal());
                cases.Add(UniqueScope.Window, state, true);
                cases.Add(UniqueScope.Forever, state, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_scope_says_in_which_states_a_job_holds_its_key(UniqueScope scope, JobState state, bool holds)
    {
        var unique = Unique(scope: scope);
        var first = await BringAsync(Store.NewJob(unique), state);

        var second = await EnqueueAsync(Store.NewJob(unique));

        Assert.Equal(holds, second.IsDeduplicated);
        Assert.Equal(holds, second.Id == first);
        Assert.Equal(state, (await Store.SeeAsync(first))!.State);
        if (holds)
            Assert.Equal(state, second.State);
        Assert.True((await EnqueueAsync(Store.NewJob(unique))).IsDeduplicated);
    }

    [Fact]
    public async Task A_key_that_is_rejected_names_its_holder_and_stores_nothing()
    {
        var holder = await EnqueueAsync(Store.NewJob(Unique()));
        var job = Store.NewJob(Unique(UniqueConflict.Reject));

        var refusal = Assert.IsType<Refusal.KeyHeld>((await Store.EnqueueUniqueAsync(job)).Refusal);

        Assert.Equal(holder.Id.ToString(), refusal.Holder);
        Assert.Null(await Store.SeeAsync(job.Id));
    }

    [Theory]
    [InlineData(UniqueConflict.Return)]
    [InlineData(UniqueConflict.Replace)]
    [InlineData(UniqueConflict.Debounce)]
    [InlineData(UniqueConflict.Supersede)]
    public async Task A_job_of_another_type_is_never_the_answer(UniqueConflict mode)
    {
        await EnqueueAsync(Store.NewJob(Unique()));
        var job = Store.NewJob(Unique(mode), type: JobType.Parse("conform.other")) with { Delay = Hour };

        Assert.IsType<Refusal.KeyHeld>((await Store.EnqueueUniqueAsync(job)).Refusal);
    }

    [Fact]
    public async Task Replacing_gives_a_waiting_holder_all_that_can_be_changed_in_it()
    {
        var holder = await EnqueueAsync(Store.NewJob(Unique()) with { Delay = Hour });

        var answer = await EnqueueAsync(Store.NewJob(Unique(UniqueConflict.Replace), "2") with
        {
            Priority = new JobPriority(9),
            Queue = Core.Queues.QueueName.Parse("other"),
            Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "42" },
        });

        Assert.Equal((holder.Id, true, JobState.Queued), (answer.Id, answer.IsDeduplicated, answer.State));
        var seen = (await Store.SeeAsync(holder.Id))!;
        Assert.Equal(("2", 9, "other", "tenant=42", JobState.Queued), (seen.Payload, seen.Priority, seen.Queue, seen.Tags, seen.State));
    }

    [Theory]
    [InlineData(UniqueConflict.Replace)]
    [InlineData(UniqueConflict.Debounce)]
    public async Task A_holder_that_runs_answers_as_it_is(UniqueConflict mode)
    {
        var claim = await RunAsync(Store.NewJob(Unique()));

        var answer = await EnqueueAsync(Store.NewJob(Unique(mode), "2") with { Delay = Hour });

        Assert.Equal((claim.Id, JobState.Running), (answer.Id, answer.State));
        Assert.Equal("1", (await Store.SeeAsync(claim.Id))!.Payload);
    }

    [Theory]
    [InlineData(UniqueConflict.Replace)]
    [InlineData(UniqueConflict.Debounce)]
    [InlineData(UniqueConflict.Supersede)]
    public async Task Nothing_is_done_to_a_holder_that_has_ended(UniqueConflict mode)
    {
        var holder = await BringAsync(Store.NewJob(Unique(scope: UniqueScope.Forever)), JobState.Succeeded);

        var answer = await EnqueueAsync(Store.NewJob(Unique(mode, UniqueScope.Forever), "2") with { Delay = Hour });

        Assert.Equal((holder, JobState.Succeeded, true), (answer.Id, answer.State, answer.IsDeduplicated));
    }

    [Fact]
    public async Task Debouncing_puts_a_job_off_again_and_again_but_not_for_ever()
    {
        var unique = Unique(UniqueConflict.Debounce) with { MaxWait = 3 * Hour };
        var first = await EnqueueAsync(Store.NewJob(unique) with { Delay = 2 * Hour });
        foreach (var payload in new[] { "2", "3" })
        {
            await Store.AdvanceAsync(Hour * 0.9);
            Assert.Equal(first.Id, (await EnqueueAsync(Store.NewJob(unique, payload) with { Delay = 2 * Hour })).Id);
        }

        await Store.AdvanceAsync(Hour);
        Assert.Equal(0, await Store.Due.PromoteAsync(10, Cancellation));
        await Store.AdvanceAsync(Hour * 0.3);
        Assert.Equal(1, await Store.Due.PromoteAsync(10, Cancellation));
        Assert.Equal("1", (await Store.SeeAsync(first.Id))!.Payload);
    }

    [Fact]
    public async Task Debouncing_never_lets_a_job_run_sooner()
    {
        var first = await EnqueueAsync(Store.NewJob(Unique()) with { Delay = 3 * Hour });

        await EnqueueAsync(Store.NewJob(Unique(UniqueConflict.Debounce)) with { Delay = Hour });

        await Store.AdvanceAsync(2 * Hour);
        Assert.Equal(0, await Store.Due.PromoteAsync(10, Cancellation));
        Assert.Equal(JobState.Scheduled, (await Store.SeeAsync(first.Id))!.State);
    }

    [Fact]
    public async Task Superseding_cancels_a_waiting_holder_and_takes_its_key()
    {
        var first = await EnqueueAsync(Store.NewJob(Unique()));

        var second = await EnqueueAsync(Store.NewJob(Unique(UniqueConflict.Supersede)));

        Assert.Equal((false, first.Id), (second.IsDeduplicated, second.Superseded));
        Assert.Equal((JobState.Cancelled, $"Job {second.Id} takes its place."), ((await Store.SeeAsync(first.Id))!.State, (await Store.SeeAsync(first.Id))!.Reason));
        Assert.Equal(second.Id, (await EnqueueAsync(Store.NewJob(Unique()))).Id);
    }

    [Fact]
    public async Task Superseding_asks_a_holder_that_runs_to_stop()
    {
        var claim = await RunAsync(Store.NewJob(Unique()));

        var second = await EnqueueAsync(Store.NewJob(Unique(UniqueConflict.Supersede)));

        Assert.Equal((JobState.Running, true), ((await Store.SeeAsync(claim.Id))!.State, (await Store.SeeAsync(claim.Id))!.IsCancelRequested));
        Assert.Equal(claim.Id, second.Superseded);
        Assert.Equal(second.Id, (await EnqueueAsync(Store.NewJob(Unique()))).Id);
    }

    [Fact]
    public async Task A_window_ends_by_itself_whatever_became_of_its_job()
    {
        var unique = Unique(scope: UniqueScope.Window);
        var first = await BringAsync(Store.NewJob(unique), JobState.Queued);
        Assert.Null((await Store.Jobs.DeleteAsync(first, Cancellation)).Refusal);

        Assert.IsType<Refusal.Gone>((await Store.EnqueueUniqueAsync(Store.NewJob(unique))).Refusal);
        Assert.IsType<Refusal.KeyHeld>((await Store.EnqueueUniqueAsync(Store.NewJob(unique with { OnConflict = UniqueConflict.Reject }))).Refusal);
        await Store.AdvanceAsync(2 * Hour);
        await Store.PruneKeysAsync();
        Assert.False((await EnqueueAsync(Store.NewJob(unique))).IsDeduplicated);
    }

    [Fact]
    public async Task A_key_that_is_held_for_good_outlasts_its_job_and_every_pruning()
    {
        var unique = Unique(scope: UniqueScope.Forever);
        var first = await BringAsync(Store.NewJob(unique), JobState.Cancelled);
        await Store.Jobs.DeleteAsync(first, Cancellation);
        await Store.AdvanceAsync(TimeSpan.FromDays(400));
        await Store.PruneKeysAsync();

        Assert.IsType<Refusal.Gone>((await Store.EnqueueUniqueAsync(Store.NewJob(unique))).Refusal);
    }

    [Theory]
    [InlineData(UniqueScope.UntilStarted)]
    [InlineData(UniqueScope.UntilFinished)]
    public async Task A_job_that_is_gone_holds_no_key_by_its_state(UniqueScope scope)
    {
        var unique = Unique(scope: scope);
        await Store.Jobs.DeleteAsync((await EnqueueAsync(Store.NewJob(unique))).Id, Cancellation);

        Assert.False((await EnqueueAsync(Store.NewJob(unique))).IsDeduplicated);
    }

    [Fact]
    public async Task A_job_that_is_given_back_before_its_first_run_counts_waits_for_its_start_again()
    {
        var unique = Unique(scope: UniqueScope.UntilStarted);
        var claim = await RunAsync(Store.NewJob(unique));
        Assert.True(await Store.ApplyAsync(JobTransition.Snooze(claim.Id, claim.Token, Hour)));

        Assert.Equal(claim.Id, (await EnqueueAsync(Store.NewJob(unique))).Id);
    }

    [Fact]
    public async Task A_retry_by_hand_takes_the_key_again_or_is_refused()
    {
        var unique = Unique();
        var first = await BringAsync(Store.NewJob(unique), JobState.Succeeded);
        var second = await EnqueueAsync(Store.NewJob(unique));

        var refused = await Store.Jobs.RestartAsync(first, new JobRestart(), actor: null, Cancellation);
        Assert.Equal(second.Id.ToString(), Assert.IsType<Refusal.KeyHeld>(refused.Refusal).Holder);
        Assert.Equal(JobState.Succeeded, (await Store.SeeAsync(first))!.State);

        await Store.Jobs.CancelAsync(second.Id, reason: null, actor: null, Cancellation);
        Assert.Equal(JobState.Queued, (await Store.Jobs.RestartAsync(first, new JobRestart(), actor: null, Cancellation)).Value);
        Assert.Equal(JobState.Queued, (await Store.Jobs.RestartAsync(first, new JobRestart(), actor: null, Cancellation)).Value);
        Assert.Equal(first, (await EnqueueAsync(Store.NewJob(unique))).Id);
        Assert.IsType<Refusal.KeyHeld>((await Store.Jobs.RestartAsync(second.Id, new JobRestart(), actor: null, Cancellation)).Refusal);
    }

    [Fact]
    public async Task A_retry_by_hand_with_another_payload_takes_the_key_of_that()
    {
        var unique = new UniquePolicy { Paths = ["/user"] };
        var first = await BringAsync(Store.NewJob(unique, """{"user": 1}"""), JobState.Failed);
        var second = await EnqueueAsync(Store.NewJob(unique, """{"user": 2.0}"""));

        Assert.IsType<Refusal.KeyHeld>((await RestartAsync(first, """{"user": 2}""")).Refusal);
        Assert.IsType<Refusal.Invalid>((await RestartAsync(first, """{"usr": 3}""")).Refusal);
        Assert.Null((await RestartAsync(first, """{"user": 3}""")).Refusal);
        Assert.Equal([first, second.Id], [(await EnqueueAsync(Store.NewJob(unique, """{"user": 3e0}"""))).Id, (await EnqueueAsync(Store.NewJob(unique, """{"user": 2}"""))).Id]);
        Assert.False((await EnqueueAsync(Store.NewJob(unique, """{"user": 1}"""))).IsDeduplicated);

        Task<Result<JobState>> RestartAsync(JobId id, string payload) =>
            Store.Jobs.RestartAsync(id, new JobRestart(System.Text.Encoding.UTF8.GetBytes(payload)), actor: null, Cancellation);
    }

    [Fact]
    public async Task Twins_in_one_call_are_worked_off_in_their_order()
    {
        NewJob[] jobs =
        [
            Store.NewJob(Unique()),
            Store.NewJob(Unique()),
            Store.NewJob(),
            Store.NewJob(Unique(UniqueConflict.Replace), "2"),
            Store.NewJob(Unique(UniqueConflict.Supersede), "3"),
            Store.NewJob(Unique()),
        ];

        Assert.False((await Store.Keyed.EnqueueAllAsync(jobs, Cancellation)).IsRefused(out _, out var all));

        Assert.Equal([jobs[0].Id, jobs[0].Id, jobs[2].Id, jobs[0].Id, jobs[4].Id, jobs[4].Id], all.Select(job => job.Id));
        Assert.Equal([false, true, false, true, false, true], all.Select(job => job.IsDeduplicated));
        Assert.Equal(("2", JobState.Cancelled), ((await Store.SeeAsync(jobs[0].Id))!.Payload, (await Store.SeeAsync(jobs[0].Id))!.State));
        Assert.Equal(("3", JobState.Queued), ((await Store.SeeAsync(jobs[4].Id))!.Payload, (await Store.SeeAsync(jobs[4].Id))!.State));
    }

    [Fact]
    public async Task One_that_is_refused_keeps_all_of_a_call_out_and_undoes_what_was_done_to_holders()
    {
        var holder = await EnqueueAsync(Store.NewJob(Unique()));
        NewJob[] jobs = [Store.NewJob(), Store.NewJob(Unique(UniqueConflict.Replace), "2"), Store.NewJob(Unique(UniqueConflict.Reject))];

        var refusal = Assert.IsType<Refusal.OfJob>((await Store.Keyed.EnqueueAllAsync(jobs, Cancellation)).Refusal);

        Assert.Equal((2, holder.Id.ToString()), (refusal.Index, Assert.IsType<Refusal.KeyHeld>(refusal.Why).Holder));
        Assert.Null(await Store.SeeAsync(jobs[0].Id));
        Assert.Equal(("1", 0), ((await Store.SeeAsync(holder.Id))!.Payload, (await Store.SeeAsync(holder.Id))!.Revision));
    }

    [Fact]
    public async Task What_a_call_did_before_one_of_it_was_refused_counts_for_nothing()
    {
        await EnqueueAsync(Store.NewJob(Unique()));
        await EnqueueAsync(Store.NewJob(Unique() with { Key = "two" }));
        var (counts, depths) = (await Store.CountsAsync(), await Store.DepthsAsync());
        Assert.StartsWith("default: QueueCounts { Enqueued = 2,", counts, StringComparison.Ordinal);

        // One comes in, one moves to another queue and one is cancelled for another, before the last is refused.
        NewJob[] jobs =
        [
            Store.NewJob(),
            Store.NewJob(Unique(UniqueConflict.Replace)) with { Queue = Core.Queues.QueueName.Parse("other") },
            Store.NewJob(Unique(UniqueConflict.Supersede) with { Key = "two" }),
            Store.NewJob(Unique(UniqueConflict.Reject)),
        ];
        Assert.Equal(3, Assert.IsType<Refusal.OfJob>((await Store.Keyed.EnqueueAllAsync(jobs, Cancellation)).Refusal).Index);
        Assert.Equal((counts, depths), (await Store.CountsAsync(), await Store.DepthsAsync()));

        Assert.Null((await Store.Keyed.EnqueueAllAsync(jobs[..^1], Cancellation)).Refusal);
        var told = (await Store.CountsAsync()).Split('\n');
        Assert.StartsWith("default: QueueCounts { Enqueued = 4, Started = 0, Succeeded = 0, Failed = 0, Cancelled = 1,", told[0], StringComparison.Ordinal);
        Assert.StartsWith("other: QueueCounts { Enqueued = 1,", told[1], StringComparison.Ordinal);
    }

    private static UniquePolicy Unique(UniqueConflict mode = UniqueConflict.Return, UniqueScope scope = UniqueScope.UntilFinished) =>
        new() { Key = "one", OnConflict = mode, Scope = scope, Window = scope == UniqueScope.Window ? Hour : null };

    private async Task<EnqueuedJob> EnqueueAsync(NewJob job) =>
        (await Store.EnqueueUniqueAsync(job)).IsRefused(out var refusal, out var enqueued) ? throw new InvalidOperationException(refusal.ToString()) : enqueued;

    private async Task<Claim> RunAsync(NewJob job)
    {
        var id = (await EnqueueAsync(job)).Id;
        return Assert.Single(await Store.ClaimAsync(await Store.RegisterAsync()), claim => claim.Id == id);
    }

    private async Task<JobId> BringAsync(NewJob job, JobState state)
    {
        if (state is JobState.Blocked)
        {
            var sequence = new SequencePolicy(SequenceKey.Parse("order-1"));
            await Store.EnqueueAsync(Store.NewJob(sequence));
            return (await EnqueueAsync(job with { Policies = job.Policies with { Sequence = sequence } })).Id;
        }

        if (state is JobState.Scheduled or JobState.Queued)
            return (await EnqueueAsync(state == JobState.Scheduled ? job with { Delay = Hour } : job)).Id;

        var claim = await RunAsync(job);
        JobTransition? end = state switch
        {
            JobState.Retrying => JobTransition.Retry(claim.Id, claim.Token, AttemptFailure.Failed, Situations.Error, Hour),
            JobState.Succeeded => JobTransition.Succeed(claim.Id, claim.Token, result: null),
            JobState.Failed => JobTransition.Fail(claim.Id, claim.Token, AttemptFailure.Failed, Situations.Error, "attempts-exhausted"),
            JobState.Cancelled => JobTransition.Cancel(claim.Id, claim.Token, "no need"),
            _ => null,
        };
        if (end is not null)
            Assert.True(await Store.ApplyAsync(end));
        return claim.Id;
    }
}
