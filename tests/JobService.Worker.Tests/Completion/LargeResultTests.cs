using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Worker.Completion;

namespace JobService.Worker.Tests.Completion;

public sealed class LargeResultTests
{
    private const int ResultBytes = 1024 * 1024;

    private readonly CompletionBuffer buffer = new(() => { });

    [Fact]
    public void A_flush_takes_no_more_bytes_than_a_statement_may_have_and_the_next_takes_the_rest()
    {
        var result = new byte[ResultBytes];
        for (var i = 1; i <= 1_500; i++)
            buffer.Add(JobTransition.Succeed(JobId.FirstAt(DateTimeOffset.UnixEpoch), new LeaseToken(i), result));

        var tokens = new List<long>();
        while (!buffer.IsEmpty)
        {
            var taken = buffer.Take();
            Assert.InRange(taken.Count, 1, 16);
            tokens.AddRange(taken.Select(transition => transition.Token.Value));
            buffer.Confirm(taken);
        }

        Assert.Equal(Enumerable.Range(1, 1_500).Select(i => (long)i), tokens);
    }

    [Fact]
    public void A_flush_that_failed_does_not_grow_beyond_that_when_it_is_taken_again()
    {
        for (var i = 1; i <= 100; i++)
        {
            buffer.Add(JobTransition.Succeed(JobId.FirstAt(DateTimeOffset.UnixEpoch), new LeaseToken(i), new byte[ResultBytes]));
            var taken = buffer.Take();
            Assert.InRange(taken.Count, 1, 16);
            buffer.PutBack(taken);
        }
    }
}
