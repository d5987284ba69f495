using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Keys;

namespace JobService.Core.Tests.Enqueueing;

public sealed class KeyRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly JobId Holder = new(Guid.CreateVersion7());

    [Theory]
    [InlineData(UniqueConflict.Return, JobState.Queued, typeof(KeyDecision.Join))]
    [InlineData(UniqueConflict.Return, JobState.Running, typeof(KeyDecision.Join))]
    [InlineData(UniqueConflict.Reject, JobState.Running, typeof(KeyDecision.Refuse))]
    [InlineData(UniqueConflict.Replace, JobState.Scheduled, typeof(KeyDecision.Change))]
    [InlineData(UniqueConflict.Replace, JobState.Retrying, typeof(KeyDecision.Change))]
    [InlineData(UniqueConflict.Replace, JobState.Running, typeof(KeyDecision.Join))]
    [InlineData(UniqueConflict.Replace, JobState.Succeeded, typeof(KeyDecision.Join))]
    [InlineData(UniqueConflict.Debounce, JobState.Queued, typeof(KeyDecision.Change))]
    [InlineData(UniqueConflict.Debounce, JobState.Running, typeof(KeyDecision.Join))]
    [InlineData(UniqueConflict.Debounce, JobState.Retrying, typeof(KeyDecision.Join), true)]
    [InlineData(UniqueConflict.Supersede, JobState.Queued, typeof(KeyDecision.Take))]
    [InlineData(UniqueConflict.Supersede, JobState.Running, typeof(KeyDecision.Take))]
    [InlineData(UniqueConflict.Supersede, JobState.Failed, typeof(KeyDecision.Join))]
    public void A_conflict_is_decided_by_its_mode_and_the_state_of_the_holder(UniqueConflict mode, JobState state, Type decision, bool hasStarted = false) =>
        Assert.IsType(decision, KeyRules.Decide(Job(mode), Held(state) with { HasStarted = hasStarted }, Now));

    [Theory]
    [InlineData(10, 0, null, 10)]
    [InlineData(10, 30, null, null)]
    [InlineData(10, 0, 65, 5)]
    [InlineData(10, 0, 60, null)]
    [InlineData(10, 0, 45, null)]
    public void A_debounce_puts_off_to_its_delay_and_no_further_than_the_longest_wait(int delay, int dueIn, int? maxWait, int? expected)
    {
        var job = Job(UniqueConflict.Debounce, TimeSpan.FromMinutes(delay), maxWait is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        var holder = Held(JobState.Scheduled) with { CreatedAt = Now.AddHours(-1), RunAt = Now.AddMinutes(dueIn) };

        Assert.Equal(expected is { } at ? Now.AddMinutes(at) : null, (KeyRules.Decide(job, holder, Now) as KeyDecision.Change)?.Edit.RunAt);
    }

    [Fact]
    public void What_replaces_a_queued_job_at_once_leaves_it_its_place()
    {
        Assert.Null(((KeyDecision.Change)KeyRules.Decide(Job(UniqueConflict.Replace, delay: null), Held(JobState.Queued), Now)).Edit.RunAt);
        Assert.Equal(Now, ((KeyDecision.Change)KeyRules.Decide(Job(UniqueConflict.Replace, delay: null), Held(JobState.Scheduled), Now)).Edit.RunAt);
        Assert.Equal(Now.AddMinutes(10), ((KeyDecision.Change)KeyRules.Decide(Job(UniqueConflict.Replace), Held(JobState.Queued), Now)).Edit.RunAt);
    }

    [Theory]
    [InlineData(UniqueConflict.Return, typeof(Refusal.Gone))]
    [InlineData(UniqueConflict.Supersede, typeof(Refusal.Gone))]
    [InlineData(UniqueConflict.Reject, typeof(Refusal.KeyHeld))]
    public void A_holder_that_is_gone_can_not_answer(UniqueConflict mode, Type refusal) =>
        Assert.IsType(refusal, Assert.IsType<KeyDecision.Refuse>(KeyRules.Decide(Job(mode), Held(JobState.Queued) with { Type = null }, Now)).Why);

    private static KeyHolder Held(JobState state) => new()
    {
        Job = Holder,
        Scope = UniqueScope.Forever,
        IsWithinTime = true,
        Type = JobType.Parse("demo.echo"),
        State = state,
        CreatedAt = Now,
        RunAt = Now,
    };

    private static NewJob Job(UniqueConflict mode, TimeSpan? delay, TimeSpan? maxWait = null) => new()
    {
        Id = new JobId(Guid.CreateVersion7()),
        Type = JobType.Parse("demo.echo"),
        Payload = "1"u8.ToArray(),
        Delay = delay,
        Policies = new JobPolicies { Unique = new UniquePolicy { Key = "k", OnConflict = mode, MaxWait = maxWait } },
    };

    private static NewJob Job(UniqueConflict mode) => Job(mode, TimeSpan.FromMinutes(10));
}
