using JobService.Core.BulkActions;
using JobService.Core.Jobs;

namespace JobService.Core.Tests.BulkActions;

public sealed class BulkActionRulesTests
{
    public static TheoryData<BulkActionKind> Kinds => [.. Enum.GetValues<BulkActionKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_it_is_usually_for_is_possible(BulkActionKind kind) =>
        Assert.Subset(BulkActionRules.Possible(kind).ToHashSet(), BulkActionRules.Usual(kind).ToHashSet());

    /// <summary>The one table of moves decides; a bulk action only asks it many times.</summary>
    [Theory]
    [InlineData(BulkActionKind.Cancel, JobTrigger.Cancel)]
    [InlineData(BulkActionKind.Retry, JobTrigger.Restart)]
    [InlineData(BulkActionKind.Move, JobTrigger.Reschedule)]
    public void What_is_possible_is_what_the_state_machine_allows(BulkActionKind kind, JobTrigger trigger) =>
        Assert.Equal(JobStateMachine.AllowedFrom(trigger).Order(), BulkActionRules.Possible(kind).Order());

    [Fact]
    public void What_succeeded_is_run_once_more_only_where_it_is_named()
    {
        foreach (var kind in (BulkActionKind[])[BulkActionKind.Retry, BulkActionKind.Replay])
        {
            Assert.Equal([JobState.Failed, JobState.Cancelled], BulkActionRules.Jobs(kind, new JobFilter()).States);
            Assert.Equal([JobState.Succeeded], BulkActionRules.Jobs(kind, new JobFilter { States = [JobState.Succeeded] }).States);
        }
    }

    [Fact]
    public void A_filter_with_anything_in_it_is_not_empty()
    {
        Assert.True(BulkActionRules.IsEmpty(new JobFilter()));
        Assert.All(
            new[]
            {
                new JobFilter { States = [JobState.Queued] },
                new JobFilter { TypeGlob = "*" },
                new JobFilter { Queue = Core.Queues.QueueName.Default },
                new JobFilter { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "b" } },
                new JobFilter { Worker = "w" },
                new JobFilter { Schedule = "s" },
                new JobFilter { CreatedFrom = DateTimeOffset.UnixEpoch },
                new JobFilter { CreatedTo = DateTimeOffset.UnixEpoch },
            },
            filter => Assert.False(BulkActionRules.IsEmpty(filter)));
    }
}
