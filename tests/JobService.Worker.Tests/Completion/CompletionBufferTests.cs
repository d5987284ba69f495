using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Worker.Completion;

namespace JobService.Worker.Tests.Completion;

public sealed class CompletionBufferTests
{
    private readonly CompletionBuffer buffer = new(() => { });

    [Fact]
    public void What_was_taken_and_not_confirmed_is_taken_again_with_what_came_meanwhile()
    {
        buffer.Add(Transition(1));
        Assert.Equal([1], Tokens());
        buffer.Add(Transition(2));

        Assert.Equal([1, 2], Tokens());
        Assert.False(buffer.IsEmpty);
    }

    [Fact]
    public void What_was_confirmed_does_not_come_back()
    {
        buffer.Add(Transition(1));
        buffer.Take();
        buffer.Add(Transition(2));
        buffer.Confirm();

        Assert.Equal([2], Tokens());
        buffer.Confirm();
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void Its_jobs_are_known_until_they_are_durable()
    {
        buffer.Add(Transition(1));
        buffer.Take();
        buffer.Add(Transition(2));

        Assert.Equal(2, buffer.Tokens.Count);
    }

    private static JobTransition Transition(long token) =>
        JobTransition.Release(JobId.FirstAt(DateTimeOffset.UnixEpoch.AddMilliseconds(token)), new LeaseToken(token));

    private long[] Tokens() => [.. buffer.Take().Select(transition => transition.Token.Value)];
}
