using JobService.Conformance.Stores;
using JobService.Core.Jobs;

namespace JobService.Conformance.Cases;

/// <summary>Every trigger on every state: it leads where the state machine says, or changes nothing.</summary>
public abstract class StateMachineCases(Func<Task<StoreUnderTest>> create) : StoreCases(create)
{
    public static TheoryData<JobState, JobTrigger> Pairs { get; } = [.. from state in Enum.GetValues<JobState>() from trigger in Enum.GetValues<JobTrigger>() select (state, trigger)];

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_trigger_leads_where_the_table_says_or_changes_nothing(JobState state, JobTrigger trigger)
    {
        var (id, claim) = await Situations.BringAsync(Store, state, trigger);
        var before = await Store.SeeAsync(id);
        Assert.Equal(state, before!.State);

        var took = await Situations.PullAsync(Store, id, claim, trigger);
        var after = await Store.SeeAsync(id);

        if (JobStateMachine.Next(state, trigger) is not { } next)
        {
            Assert.False(took, $"{trigger} did something to a job that is {state}.");
            Assert.Equal(before, after);
            return;
        }

        // A queued job that is put off waits in the order it was: queued, then scheduled.
        Assert.True(took, $"{trigger} did nothing to a job that is {state}.");
        Assert.Equal(next, after!.State);
    }
}
