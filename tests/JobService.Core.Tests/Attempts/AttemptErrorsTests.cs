using JobService.Core.Attempts;
using JobService.Core.Handlers;
using JobService.Core.Tests.Handlers;

namespace JobService.Core.Tests.Attempts;

public sealed class AttemptErrorsTests
{
    [Fact]
    public void An_error_has_the_full_name_the_message_and_the_stack_with_inner_ones()
    {
        var error = AttemptErrors.From(new InvalidOperationException("outer", new TimeoutException("inner")));

        Assert.Equal(("System.InvalidOperationException", "outer"), (error.Type, error.Message));
        Assert.Contains("System.TimeoutException: inner", error.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public void One_exception_in_an_aggregate_is_that_exception()
    {
        Assert.Equal("System.TimeoutException", AttemptErrors.From(new AggregateException(new AggregateException(new TimeoutException()))).Type);
        Assert.Equal("System.AggregateException", AttemptErrors.From(new AggregateException(new TimeoutException(), new TimeoutException())).Type);
    }

    [Fact]
    public async Task A_failure_in_an_aggregate_keeps_what_it_says_about_retrying()
    {
        await using var services = HandlerBench.Build(services => services.AddJobHandler<Declining>("pay"));

        var threw = Assert.IsType<AttemptResult.Threw>(await HandlerBench.RunAsync(services, "pay", "{}"));

        Assert.Equal(("payment.declined", false, TimeSpan.FromMinutes(1)), (threw.Error.Type, threw.IsRetryable, threw.RetryAfter));
    }

    [Fact]
    public void Texts_are_cleaned_and_cut()
    {
        var error = AttemptErrors.From(new InvalidOperationException("a\0\ud800" + new string('x', 100_000)));

        Assert.Equal(AttemptError.MaxMessageLength, error.Message.Length);
        Assert.StartsWith("a\ufffd\ufffdx", error.Message, StringComparison.Ordinal);
        Assert.Equal(AttemptError.MaxStackLength, error.Stack!.Length);
    }

    [Fact]
    public void An_exception_whose_members_throw_or_are_null_is_still_told()
    {
        Assert.Contains("could not be read", AttemptErrors.From(new Hostile()).Message, StringComparison.Ordinal);
        Assert.Equal("", AttemptErrors.From(new Silent()).Message);
    }

    private sealed class Hostile : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string? StackTrace => throw new InvalidOperationException("no stack");

        public override string ToString() => throw new InvalidOperationException("no text");
    }

    private sealed class Silent : Exception
    {
        public override string Message => null!;

        public override string ToString() => null!;
    }

    private sealed class Declining : IJobHandler<object>
    {
        public Task<JobOutcome> HandleAsync(object payload, JobContext context, CancellationToken cancellationToken) =>
            throw new AggregateException(new JobFailureException("payment.declined", "no", isRetryable: false, retryAfter: TimeSpan.FromMinutes(1)));
    }
}
