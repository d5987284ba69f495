using System.Text;
using CsCheck;
using JobService.Core.Attempts;
using JobService.Core.Claiming;
using JobService.Core.Handlers;
using JobService.Core.Jobs;
using JobService.Core.Leases;
using JobService.Core.Queues;
using JobService.Core.Retries;

namespace JobService.Core.Tests.Attempts;

public sealed class AttemptClassifierTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly AttemptError Error = new("http.503", "no");

    private static readonly Claim Claim = new()
    {
        Id = JobId.FirstAt(Now),
        Token = new LeaseToken(7),
        Type = JobType.Parse("test.job"),
        Queue = QueueName.Default,
        Priority = JobPriority.Default,
        Attempt = 1,
        Crashes = 0,
        AttemptsForgiven = 0,
        Payload = Encoding.UTF8.GetBytes("null"),
        Policies = new JobPolicies { Retry = new RetryPolicy { MaxAttempts = 3, Jitter = Jitter.None } },
        Tags = new Dictionary<string, string>(StringComparer.Ordinal),
        Metadata = null,
        CreatedAt = Now,
        RunAt = Now,
        ClaimedAt = Now,
        ExpiresAt = null,
        Deadline = null,
        Schedule = null,
        TraceParent = null,
        TraceState = null,
    };

    public static TheoryData<string, StopCause, Type?> Endings => new()
    {
        { "success", StopCause.None, typeof(JobTransition.Succeeded) },
        { "success", StopCause.SoftLimit, typeof(JobTransition.Succeeded) },
        { "success", StopCause.Cancelled, typeof(JobTransition.Succeeded) },
        { "success", StopCause.Drained, typeof(JobTransition.Succeeded) },
        { "success", StopCause.LeaseLost, null },
        { "snooze", StopCause.None, typeof(JobTransition.Snoozed) },
        { "snooze", StopCause.SoftLimit, typeof(JobTransition.Snoozed) },
        { "snooze", StopCause.Cancelled, typeof(JobTransition.Cancelled) },
        { "snooze", StopCause.Drained, typeof(JobTransition.Snoozed) },
        { "snooze", StopCause.LeaseLost, null },
        { "failure", StopCause.None, typeof(JobTransition.Retrying) },
        { "failure", StopCause.SoftLimit, typeof(JobTransition.Retrying) },
        { "failure", StopCause.Cancelled, typeof(JobTransition.Cancelled) },
        { "failure", StopCause.Drained, typeof(JobTransition.Released) },
        { "failure", StopCause.LeaseLost, null },
        { "failure for good", StopCause.None, typeof(JobTransition.Failed) },
        { "failure for good", StopCause.SoftLimit, typeof(JobTransition.Failed) },
        { "failure for good", StopCause.Cancelled, typeof(JobTransition.Cancelled) },
        { "failure for good", StopCause.Drained, typeof(JobTransition.Failed) },
        { "failure for good", StopCause.LeaseLost, null },
        { "cancel", StopCause.None, typeof(JobTransition.Cancelled) },
        { "throws", StopCause.None, typeof(JobTransition.Retrying) },
        { "throws", StopCause.SoftLimit, typeof(JobTransition.Retrying) },
        { "throws", StopCause.Cancelled, typeof(JobTransition.Cancelled) },
        { "throws", StopCause.Drained, typeof(JobTransition.Released) },
        { "throws", StopCause.LeaseLost, null },
        { "given up", StopCause.None, typeof(JobTransition.Retrying) },
        { "given up", StopCause.SoftLimit, typeof(JobTransition.Retrying) },
        { "given up", StopCause.Cancelled, typeof(JobTransition.Cancelled) },
        { "given up", StopCause.Drained, typeof(JobTransition.Released) },
        { "given up", StopCause.LeaseLost, null },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void How_a_run_ended_and_why_it_was_stopped_say_what_becomes_of_the_job(string ending, StopCause cause, Type? expected) =>
        Assert.Equal(expected, Classify(Claim, Result(ending), cause)?.GetType());

    [Fact]
    public void Every_ending_meets_every_cause() =>
        Assert.Equal(
            Endings.Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal).Count(name => name is not "cancel") * Enum.GetValues<StopCause>().Length + 1,
            Endings.Count);

    [Fact]
    public void A_stop_of_the_worker_costs_no_attempt_not_even_the_last_nor_by_a_rule_for_the_error()
    {
        var strict = Claim with { Attempt = 3, Policies = new JobPolicies { Retry = Claim.Policies.Retry with { FailOn = ["*"] } } };
        Assert.IsType<JobTransition.Released>(Classify(strict, Result("throws"), StopCause.Drained));
    }

    [Fact]
    public void Whatever_is_thrown_after_the_soft_limit_timed_out()
    {
        var retrying = Assert.IsType<JobTransition.Retrying>(Classify(Claim, Result("throws"), StopCause.SoftLimit));
        Assert.Equal((AttemptFailure.TimedOut, AttemptClassifier.SoftLimitError), (retrying.Failure, retrying.Error.Type));
    }

    [Fact]
    public void An_error_names_the_limit_that_held_also_where_it_is_the_end_of_the_whole_life()
    {
        var claim = Claim with { Deadline = Now.AddSeconds(10) };
        var soft = Assert.IsType<JobTransition.Failed>(Classify(claim, Result("throws"), StopCause.SoftLimit));
        var hard = Assert.IsType<JobTransition.Failed>(Classify(claim, Result("given up"), StopCause.SoftLimit));

        Assert.Equal((AttemptFailure.TimedOut, FailureReason.Deadline), (soft.Failure, soft.Reason));
        Assert.Contains("limit of 10s", soft.Error.Message, StringComparison.Ordinal);
        Assert.Equal((AttemptFailure.TimedOut, AttemptClassifier.HardLimitError), (hard.Failure, hard.Error.Type));
        Assert.Contains("limit of 40s", hard.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_attempt_that_uses_up_the_policy_fails_the_job() =>
        Assert.Equal(FailureReason.AttemptsExhausted, FailedReason(Claim with { Attempt = 3 }, Result("throws")));

    [Fact]
    public void Crashes_and_earlier_generations_are_not_counted() =>
        Assert.IsType<JobTransition.Retrying>(Classify(Claim with { Attempt = 7, Crashes = 2, AttemptsForgiven = 3 }, Result("throws")));

    [Theory]
    [InlineData("http.*", "*", FailureReason.NotRetryable)]
    [InlineData("http.4*", "*", null)]
    [InlineData("", "smtp.*", FailureReason.NotRetryable)]
    [InlineData("", "http.5??", null)]
    [InlineData("http.503", "http.503", FailureReason.NotRetryable)]
    [InlineData("HTTP.503", "*", null)]
    public void Rules_match_the_error_type_and_failing_wins(string failOn, string retryOn, string? expected)
    {
        var retry = Claim.Policies.Retry with { FailOn = failOn.Length == 0 ? [] : [failOn], RetryOn = [retryOn] };
        var transition = Classify(Claim with { Policies = new JobPolicies { Retry = retry } }, Result("throws"));
        Assert.Equal(expected, (transition as JobTransition.Failed)?.Reason);
    }

    [Theory]
    [InlineData("mail.?", true)]
    [InlineData("mail.??", false)]
    [InlineData("*?", true)]
    public void A_question_mark_of_a_rule_is_one_character_be_it_an_emoji(string retryOn, bool isRetried)
    {
        var retry = Claim.Policies.Retry with { RetryOn = [retryOn] };
        var transition = Classify(Claim with { Policies = new JobPolicies { Retry = retry } }, new AttemptResult.Threw(new AttemptError("mail.😀", "It could not be sent."), RetryAfter: null));
        Assert.Equal(isRetried, transition is JobTransition.Retrying);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(100_000, 3_600)]
    [InlineData(-5, 0)]
    public void A_wait_that_the_handler_names_is_kept_within_the_policy(int named, int expected)
    {
        var threw = new AttemptResult.Threw(Error, RetryAfter: TimeSpan.FromSeconds(named));
        Assert.Equal(TimeSpan.FromSeconds(expected), Assert.IsType<JobTransition.Retrying>(Classify(Claim, threw)).Delay);
    }

    [Fact]
    public void No_retry_starts_after_the_time_the_job_may_start()
    {
        Assert.Equal(FailureReason.Expired, FailedReason(Claim with { ExpiresAt = Now.AddSeconds(10) }, Result("throws")));
        Assert.Equal(FailureReason.Deadline, FailedReason(Claim with { Deadline = Now.AddSeconds(10) }, Result("throws")));
        Assert.Equal(FailureReason.Deadline, FailedReason(Claim with { Deadline = Now.AddSeconds(10) }, Result("snooze")));
        var policies = new JobPolicies { Retry = Claim.Policies.Retry with { MaxElapsed = TimeSpan.FromSeconds(9) } };
        Assert.Equal(FailureReason.MaxElapsed, FailedReason(Claim with { Policies = policies }, Result("throws")));
    }

    [Fact]
    public void A_job_never_has_more_attempts_than_its_policy_allows_and_never_waits_longer() => Gen.Select(
        Gen.Int[1, 20], Gen.Double[0, 1], Gen.Enum<BackoffKind>(), Gen.Enum<Jitter>(), Gen.Int[0, 10_000], Gen.Double[1, 100], Gen.Int[0, 10_000]).Sample(
        (maxAttempts, sample, backoff, jitter, seconds, factor, max) =>
        {
            var policy = new RetryPolicy
            {
                MaxAttempts = maxAttempts,
                Backoff = backoff,
                Jitter = jitter,
                Base = TimeSpan.FromSeconds(seconds),
                Factor = factor,
                Max = TimeSpan.FromSeconds(max),
                Delays = [TimeSpan.FromSeconds(seconds)],
            };
            for (var attempt = 1; ; attempt++)
            {
                var claim = Claim with { Attempt = attempt, Policies = new JobPolicies { Retry = policy } };
                switch (AttemptClassifier.Classify(claim, Result("throws"), StopCause.None, null, TimeSpan.Zero, sample))
                {
                    case JobTransition.Retrying { Delay: var delay }:
                        Assert.InRange(delay, TimeSpan.Zero, policy.Max);
                        break;
                    default:
                        Assert.Equal(maxAttempts, attempt);
                        return;
                }
            }
        });

    private static AttemptResult Result(string ending) => ending switch
    {
        "success" => new AttemptResult.Answered(JobOutcome.Succeeded, null),
        "snooze" => new AttemptResult.Answered(JobOutcome.Snooze(TimeSpan.FromMinutes(1)), null),
        "failure" => new AttemptResult.Answered(JobOutcome.Fail("http.503", "no"), null),
        "failure for good" => new AttemptResult.Answered(JobOutcome.FailForGood("http.404", "no"), null),
        "cancel" => new AttemptResult.Answered(JobOutcome.Cancel("not needed"), null),
        "throws" => new AttemptResult.Threw(Error),
        "given up" => new AttemptResult.GivenUp(),
        _ => throw new ArgumentOutOfRangeException(nameof(ending), ending, null),
    };

    private static JobTransition? Classify(Claim claim, AttemptResult result, StopCause cause = StopCause.None) =>
        AttemptClassifier.Classify(claim, result, cause, cancelReason: null, TimeSpan.Zero, sample: 0.5);

    private static string FailedReason(Claim claim, AttemptResult result) => Assert.IsType<JobTransition.Failed>(Classify(claim, result)).Reason;
}
