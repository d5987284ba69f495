using System.Diagnostics;
using System.Text;
using JobService.Core.Attempts;
using JobService.Core.Diagnostics;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Retries;
using JobService.Core.Timeouts;
using JobService.Worker.Completion;
using JobService.Worker.Execution;

namespace JobService.Worker.Tests.Execution;

public sealed class JobExecutorTests
{
    private static readonly TimeSpan Soft = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private static Task<JobOutcome<RawResult>>? NoTask { get; }

    private static JobOutcome<RawResult> Done { get; } = new RawResult("1"u8.ToArray());

    [Fact]
    public async Task A_handler_that_succeeds_ends_the_job_with_its_result_and_frees_its_slot()
    {
        using var bench = new ExecutorBench((payload, _, _) => Task.FromResult<JobOutcome<RawResult>>(new RawResult(payload.Utf8Json)));

        bench.Executor.Start(bench.NewClaim("""{"a":  1}"""));

        var succeeded = Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
        Assert.Equal("""{"a":  1}"""u8.ToArray(), succeeded.Result!.Value.ToArray());
        Assert.Equal(4, bench.Slots.Free);
        await bench.Running.WaitUntilEmptyAsync();
    }

    [Fact]
    public async Task A_handler_runs_in_a_span_of_its_own_in_the_trace_of_the_caller()
    {
        var seen = new TaskCompletionSource<(string? Id, string? State)>();
        using var bench = new ExecutorBench((_, _, _) =>
        {
            seen.SetResult((Activity.Current?.Id, Activity.Current?.TraceStateString));
            return Task.FromResult(Done);
        });

        bench.Executor.Start(bench.NewClaim() with { TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", TraceState = "a=1" });
        await bench.NextAsync();

        var (id, state) = await seen.Task;
        Assert.Matches("^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$", id);
        Assert.Equal("a=1", state);
    }

    [Fact]
    public async Task An_attempt_is_reported_before_it_leaves_so_that_it_is_always_known()
    {
        var knownWhenReported = new TaskCompletionSource<bool>();
        var running = new RunningJobs();
        using var bench = new ExecutorBench((_, _, _) => Task.FromResult(Done));
        var completions = new CompletionBuffer(() => knownWhenReported.SetResult(!running.IsEmpty));

        new JobExecutor(bench.Invoker, running, bench.Slots, bench.Queues, completions, bench.Clock, bench.Log).Start(bench.NewClaim());

        Assert.True(await knownWhenReported.Task.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_attempt_that_fails_before_its_handler_is_reached_frees_its_slot_too()
    {
        using var bench = new ExecutorBench((_, _, _) => Task.FromResult(Done));
        var nested = new string('[', 100) + new string(']', 100);

        bench.Executor.Start(bench.NewClaim() with { Metadata = Encoding.UTF8.GetBytes($$"""{"a": {{nested}}}""") });

        Assert.IsType<JobTransition.Retrying>(await bench.NextAsync());
        Assert.Equal(4, bench.Slots.Free);
    }

    [Fact]
    public async Task A_limit_beyond_the_longest_is_the_longest()
    {
        using var bench = new ExecutorBench((_, context, _) => throw new InvalidOperationException($"{context.HardDeadline - context.CreatedAt:c}"));
        var claim = bench.NewClaim();
        var endless = new TimeoutPolicy { Soft = TimeSpan.FromDays(60), Hard = TimeSpan.FromDays(90) };

        bench.Executor.Start(claim with { Policies = new JobPolicies { Timeout = endless } });

        Assert.Equal("7.00:00:00", Assert.IsType<JobTransition.Retrying>(await bench.NextAsync()).Error.Message);
    }

    [Fact]
    public async Task A_handler_that_throws_is_retried_with_its_error_cleaned_of_what_cannot_be_stored()
    {
        using var bench = new ExecutorBench((_, _, _) => throw new InvalidOperationException("a\0b\ud800c"));

        bench.Executor.Start(bench.NewClaim());

        var retrying = Assert.IsType<JobTransition.Retrying>(await bench.NextAsync());
        Assert.Equal("System.InvalidOperationException", retrying.Error.Type);
        Assert.Equal("a\ufffdb\ufffdc", retrying.Error.Message);
        Assert.Contains(nameof(A_handler_that_throws_is_retried_with_its_error_cleaned_of_what_cannot_be_stored), retrying.Error.Stack, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(10), retrying.Delay);
    }

    [Fact]
    public async Task The_last_attempt_that_fails_fails_the_job()
    {
        using var bench = new ExecutorBench((_, _, _) => throw new InvalidOperationException("no"));

        bench.Executor.Start(bench.NewClaim(attempt: 2));

        var failed = Assert.IsType<JobTransition.Failed>(await bench.NextAsync());
        Assert.Equal(FailureReason.AttemptsExhausted, failed.Reason);
    }

    [Fact]
    public async Task An_exception_whose_own_text_throws_harms_nothing()
    {
        using var bench = new ExecutorBench((_, _, _) => throw new HostileException());

        bench.Executor.Start(bench.NewClaim());

        var retrying = Assert.IsType<JobTransition.Retrying>(await bench.NextAsync());
        Assert.Contains("could not be read", retrying.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task At_the_soft_limit_the_handler_is_asked_to_stop_and_the_attempt_timed_out()
    {
        var started = new TaskCompletionSource();
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        await started.Task;
        bench.Clock.Advance(Soft);

        var retrying = Assert.IsType<JobTransition.Retrying>(await bench.NextAsync());
        Assert.Equal((AttemptFailure.TimedOut, AttemptClassifier.SoftLimitError), (retrying.Failure, retrying.Error.Type));
    }

    [Fact]
    public async Task A_handler_that_finishes_between_the_limits_succeeds()
    {
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            var fired = new TaskCompletionSource();
            await using var registration = stop.Register(fired.SetResult);
            await fired.Task;
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        bench.Clock.Advance(Soft);

        Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task At_the_hard_limit_a_handler_that_does_not_return_is_given_up_and_its_slot_replaced(bool blocks)
    {
        using var gate = new ManualResetEventSlim();
        var release = new TaskCompletionSource();
        using var bench = new ExecutorBench(async (_, _, _) =>
        {
            if (blocks)
                gate.Wait(TestContext.Current.CancellationToken);
            else
                await release.Task;
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        bench.Clock.Advance(Soft + Grace);

        var retrying = Assert.IsType<JobTransition.Retrying>(await bench.NextAsync());
        Assert.Equal((AttemptFailure.TimedOut, AttemptClassifier.HardLimitError), (retrying.Failure, retrying.Error.Type));
        await bench.Log.SeenAsync(EventIds.HandlerStuck);
        Assert.Equal((4, 1), (bench.Slots.Free, bench.Slots.Stuck));

        // What it still answers is dropped.
        gate.Set();
        release.SetResult();
        await bench.Log.SeenAsync(EventIds.HandlerLate);
        Assert.Equal(0, bench.Slots.Stuck);
        Assert.True(bench.Completions.IsEmpty);
    }

    [Fact]
    public async Task More_stuck_handlers_than_may_be_exhaust_the_process()
    {
        var release = new TaskCompletionSource();
        using var bench = new ExecutorBench(
            async (_, _, _) =>
            {
                await release.Task;
                return Done;
            },
            maxStuck: 0);
        var exhausted = new TaskCompletionSource();
        await using var registration = bench.Slots.Exhausted.Register(exhausted.SetResult);

        bench.Executor.Start(bench.NewClaim());
        bench.Clock.Advance(Soft + Grace);

        await exhausted.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        release.SetResult();
    }

    [Fact]
    public async Task A_cancelled_handler_that_stops_ends_the_job_as_cancelled_with_the_reason()
    {
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Done;
        });
        var claim = bench.NewClaim();

        bench.Executor.Start(claim);
        bench.Running.Cancel(claim.Token, "no longer wanted");

        var cancelled = Assert.IsType<JobTransition.Cancelled>(await bench.NextAsync());
        Assert.Equal(("no longer wanted", false), (cancelled.Reason, cancelled.IsAbandoned));
    }

    [Fact]
    public async Task A_cancelled_handler_that_does_not_stop_is_abandoned_when_its_grace_is_over()
    {
        var release = new TaskCompletionSource();
        using var bench = new ExecutorBench(async (_, _, _) =>
        {
            await release.Task;
            return Done;
        });
        var claim = bench.NewClaim();

        bench.Executor.Start(claim);
        bench.Running.Cancel(claim.Token, null);
        bench.Clock.Advance(Grace);

        Assert.True(Assert.IsType<JobTransition.Cancelled>(await bench.NextAsync()).IsAbandoned);
        release.SetResult();
    }

    [Fact]
    public async Task When_the_worker_stops_a_handler_may_go_on_for_the_grace_and_is_given_back_then()
    {
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        bench.Running.Drain(TimeSpan.FromSeconds(3));
        Assert.True(bench.Completions.IsEmpty);
        bench.Clock.Advance(TimeSpan.FromSeconds(3));

        Assert.IsType<JobTransition.Released>(await bench.NextAsync());
    }

    [Fact]
    public async Task A_stopping_worker_charges_no_attempt_to_a_handler_between_its_limits()
    {
        var release = new TaskCompletionSource();
        using var bench = new ExecutorBench(async (_, _, _) =>
        {
            await release.Task;
            return Done;
        });
        var claim = bench.NewClaim();

        bench.Executor.Start(claim with { Policies = claim.Policies with { Timeout = new TimeoutPolicy { Soft = Soft, Hard = TimeSpan.FromHours(1) } } });
        bench.Clock.Advance(Soft);
        bench.Running.Drain(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.IsType<JobTransition.Released>(await bench.NextAsync());
        release.SetResult();
    }

    [Fact]
    public async Task A_handler_is_asked_to_stop_when_the_whole_life_of_its_job_ends()
    {
        using var bench = new ExecutorBench(async (_, context, stop) =>
        {
            Assert.Equal((2, 7), ((context.SoftDeadline - context.CreatedAt).TotalSeconds, (context.HardDeadline - context.CreatedAt).TotalSeconds));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Done;
        });
        var claim = bench.NewClaim();

        bench.Executor.Start(claim with { Deadline = claim.ClaimedAt.AddSeconds(2) });
        bench.Clock.Advance(TimeSpan.FromSeconds(2));

        var failed = Assert.IsType<JobTransition.Failed>(await bench.NextAsync());
        Assert.Equal((AttemptClassifier.SoftLimitError, FailureReason.Deadline), (failed.Error.Type, failed.Reason));
    }

    [Fact]
    public async Task A_handler_whose_lease_is_lost_is_stopped_and_nothing_of_it_is_reported()
    {
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        bench.Running.LoseAll();

        Assert.Contains("lease-lost", await bench.Log.SeenAsync(EventIds.AttemptEnded), StringComparison.Ordinal);
        Assert.True(bench.Completions.IsEmpty);
        Assert.Equal(4, bench.Slots.Free);
    }

    [Theory]
    [InlineData("nonsense", "result.invalid")]
    [InlineData("{\"a\":", "result.invalid")]
    [InlineData("", "result.invalid")]
    [InlineData("1 2", "result.invalid")]
    public async Task A_result_that_is_not_JSON_fails_its_own_job(string result, string errorType)
    {
        using var bench = new ExecutorBench((_, _, _) => Task.FromResult<JobOutcome<RawResult>>(new RawResult(System.Text.Encoding.UTF8.GetBytes(result))));

        bench.Executor.Start(bench.NewClaim());

        var failed = Assert.IsType<JobTransition.Failed>(await bench.NextAsync());
        Assert.Equal((errorType, FailureReason.NotRetryable), (failed.Error.Type, failed.Reason));
    }

    [Fact]
    public async Task A_result_that_is_too_large_fails_its_own_job()
    {
        using var bench = new ExecutorBench((_, _, _) => Task.FromResult<JobOutcome<RawResult>>(new RawResult(System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 1 << 20)}\""))));

        bench.Executor.Start(bench.NewClaim());

        Assert.Equal("result.too-large", Assert.IsType<JobTransition.Failed>(await bench.NextAsync()).Error.Type);
    }

    [Fact]
    public async Task NULs_and_lone_surrogates_in_a_result_are_replaced()
    {
        using var bench = new ExecutorBench((_, _, _) => Task.FromResult<JobOutcome<RawResult>>(
            new RawResult("""["\u0000","\ud800x","\ud83d\ude00","\\u0000"]"""u8.ToArray())));

        bench.Executor.Start(bench.NewClaim());

        var succeeded = Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
        Assert.Equal("""["\ufffd","\ufffdx","\ud83d\ude00","\\u0000"]""", System.Text.Encoding.UTF8.GetString(succeeded.Result!.Value.Span));
    }

    public static TheoryData<string, Type> Nonsense => new()
    {
        { "cancels without a reason", typeof(JobTransition.Cancelled) },
        { "fails without a type and a message", typeof(JobTransition.Retrying) },
        { "throws a failure without a type and a message", typeof(JobTransition.Retrying) },
        { "answers no outcome", typeof(JobTransition.Retrying) },
        { "returns no task", typeof(JobTransition.Retrying) },
        { "snoozes into the past", typeof(JobTransition.Snoozed) },
        { "snoozes for ever", typeof(JobTransition.Snoozed) },
        { "gives way though nobody asked", typeof(JobTransition.Retrying) },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task A_handler_that_answers_nonsense_still_ends_its_attempt(string nonsense, Type expected)
    {
        using var bench = new ExecutorBench((_, _, _) => nonsense switch
        {
            "cancels without a reason" => Answer(JobOutcome.Cancel(null!)),
            "fails without a type and a message" => Answer(JobOutcome.Fail(null!, null!)),
            "throws a failure without a type and a message" => throw new JobFailureException(null!, null!),
            "answers no outcome" => Task.FromResult<JobOutcome<RawResult>>(default),
            "returns no task" => NoTask!,
            "snoozes into the past" => Answer(new JobOutcome.Snoozed(TimeSpan.MinValue)),
            "snoozes for ever" => Answer(new JobOutcome.Snoozed(TimeSpan.MaxValue)),
            "gives way though nobody asked" => throw new OperationCanceledException(),
            _ => throw new ArgumentOutOfRangeException(nameof(nonsense), nonsense, null),
        });

        bench.Executor.Start(bench.NewClaim());

        var transition = await bench.NextAsync();
        Assert.IsType(expected, transition);
        if (transition is JobTransition.Snoozed { Delay: var delay })
            Assert.InRange(delay, TimeSpan.Zero, RetryPolicy.LongestDelay);
        Assert.Equal(4, bench.Slots.Free);

        static Task<JobOutcome<RawResult>> Answer(JobOutcome outcome) => Task.FromResult<JobOutcome<RawResult>>(outcome);
    }

    [Fact]
    public async Task A_cancelled_handler_that_finishes_all_the_same_succeeds()
    {
        using var bench = new ExecutorBench(async (_, _, stop) =>
        {
            var fired = new TaskCompletionSource();
            await using var registration = stop.Register(fired.SetResult);
            await fired.Task;
            return Done;
        });
        var claim = bench.NewClaim();

        bench.Executor.Start(claim);
        bench.Running.Cancel(claim.Token, "no longer wanted");

        Assert.IsType<JobTransition.Succeeded>(await bench.NextAsync());
    }

    [Fact]
    public async Task A_handler_that_ignores_a_stopping_worker_is_given_back_all_the_same()
    {
        var release = new TaskCompletionSource();
        using var bench = new ExecutorBench(async (_, _, _) =>
        {
            await release.Task;
            return Done;
        });

        bench.Executor.Start(bench.NewClaim());
        bench.Running.Drain(TimeSpan.FromSeconds(1));
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(bench.Completions.IsEmpty);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.IsType<JobTransition.Released>(await bench.NextAsync());
        release.SetResult();
    }

    [Fact]
    public async Task An_attempt_is_logged_without_its_payload_or_result()
    {
        using var bench = new ExecutorBench((payload, _, _) => Task.FromResult<JobOutcome<RawResult>>(new RawResult(payload.Utf8Json)));

        bench.Executor.Start(bench.NewClaim("\"secret\""));
        await bench.NextAsync();

        var line = Assert.Single(bench.Log.Messages);
        Assert.Matches("^test.job [0-9a-f-]{36} in default, attempt 1: succeeded after [0-9.]+ ms $", line);
    }

    private sealed class HostileException : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string ToString() => throw new InvalidOperationException("no text");
    }
}
