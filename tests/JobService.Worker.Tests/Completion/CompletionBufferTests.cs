using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Worker.Completion;

namespace JobService.Worker.Tests.Completion;

public sealed class CompletionBufferTests
{
    private readonly CompletionBuffer buffer = new(() => { });

    [Fact]
    public void What_was_put_back_is_taken_again_before_what_came_meanwhile()
    {
        buffer.Add(Transition(1));
        var taken = buffer.Take();
        buffer.Add(Transition(2));
        buffer.PutBack(taken);

        Assert.Equal([1, 2], Tokens());
        Assert.False(buffer.IsEmpty);
    }

    [Fact]
    public void Two_flushes_may_be_under_way_and_each_is_confirmed_for_itself()
    {
        buffer.Add(Transition(1));
        var first = buffer.Take();
        buffer.Add(Transition(2));
        var second = buffer.Take();

        buffer.Confirm(second);
        Assert.Equal([new LeaseToken(1)], buffer.Tokens);
        buffer.PutBack(first);
        Assert.Equal([1], Tokens());
    }

    [Fact]
    public void What_was_confirmed_does_not_come_back()
    {
        buffer.Add(Transition(1));
        var first = buffer.Take();
        buffer.Add(Transition(2));
        buffer.Confirm(first);
        buffer.PutBack(first);

        var second = buffer.Take();
        Assert.Equal([new LeaseToken(2)], second.Select(transition => transition.Token));
        buffer.Confirm(second);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void It_says_when_there_are_many_and_again_when_there_are_many_once_more()
    {
        for (var round = 0; round < 2; round++)
        {
            var many = buffer.WhenManyAsync();
            for (var i = 1; i < CompletionBuffer.Many; i++)
                buffer.Add(Transition(i));
            Assert.False(many.IsCompleted || buffer.HasMany);

            buffer.Add(Transition(CompletionBuffer.Many));
            Assert.True(many.IsCompleted && buffer.HasMany && buffer.WhenManyAsync().IsCompleted);
            buffer.Take();
            Assert.False(buffer.HasMany);
        }
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
