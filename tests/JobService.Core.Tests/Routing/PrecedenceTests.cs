using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Routing;
using JobService.Core.Timeouts;

namespace JobService.Core.Tests.Routing;

/// <summary>Member by member: the type's defaults before the rule, the rule before the product. The caller's own come before all in the API.</summary>
public sealed class PrecedenceTests
{
    private static readonly JobDefaults ByType = Of("by-type", 8, 3, 30, "type-key");
    private static readonly JobDefaults ByRule = Of("by-rule", 2, 7, 70, "rule-key");

    public static TheoryData<string> Members => ["queue", "priority", "retry", "timeout", "limitKeys"];

    [Theory]
    [MemberData(nameof(Members))]
    public void Each_member_is_settled_by_itself(string member)
    {
        var (type, rule) = (Only(ByType, member), Only(ByRule, member));

        Assert.Equal(Text(Settled(JobDefaults.None, JobDefaults.None)), Text(Rules.Job()));
        Assert.Equal(Value(ByRule, member), Value(Settled(JobDefaults.None, rule), member));
        Assert.Equal(Value(ByType, member), Value(Settled(type, JobDefaults.None), member));
        Assert.Equal(Value(ByType, member), Value(Settled(type, ByRule), member));
        foreach (var other in Members.Select(row => row.Data).Where(other => !string.Equals(other, member, StringComparison.Ordinal)))
        {
            Assert.Equal(Value(ByRule, other), Value(Settled(type, ByRule), other));
            Assert.Equal(Value(Rules.Job(), other), Value(Settled(type, JobDefaults.None), other));
        }
    }

    [Fact]
    public void A_job_records_who_decided_its_queue()
    {
        Assert.Equal("rule:all", Settled(JobDefaults.None, ByRule).RoutedBy);
        Assert.Equal("rule:all", Settled(ByType with { Queue = null }, ByRule).RoutedBy);
        Assert.Equal("type", Settled(ByType, ByRule).RoutedBy);
        Assert.Equal("type", Settled(ByType, ByRule with { Queue = null }).RoutedBy);

        // Whatever it sets, the rule keeps the job from those after it.
        Assert.Equal("rule:all", Settled(JobDefaults.None, JobDefaults.None).RoutedBy);
        Assert.All(Members, member => Assert.Equal("rule:all", Settled(JobDefaults.None, Only(ByRule, member.Data)).RoutedBy));
    }

    [Fact]
    public void A_type_without_limits_takes_those_of_no_rule() =>
        Assert.Empty(Settled(new JobDefaults { LimitKeys = [] }, ByRule).LimitKeys);

    private static NewJob Settled(JobDefaults type, JobDefaults rule)
    {
        var job = Rules.Job();
        return Rules.Snapshot(new JobTypeSettings { Type = job.Type, Defaults = type }, new Route("all", new RouteMatch(), rule)).Settle(job);
    }

    private static JobDefaults Of(string queue, int priority, int attempts, int seconds, string key) => new()
    {
        Queue = QueueName.Parse(queue),
        Priority = new JobPriority(priority),
        Retry = RetryPolicy.Default with { MaxAttempts = attempts },
        Timeout = new TimeoutPolicy { Soft = TimeSpan.FromSeconds(seconds), Hard = TimeSpan.FromSeconds(seconds + 1) },
        LimitKeys = [LimitKey.Parse(key)],
    };

    private static JobDefaults Only(JobDefaults all, string member) => member switch
    {
        "queue" => new() { Queue = all.Queue },
        "priority" => new() { Priority = all.Priority },
        "retry" => new() { Retry = all.Retry },
        "timeout" => new() { Timeout = all.Timeout },
        _ => new() { LimitKeys = all.LimitKeys },
    };

    private static string Value(JobDefaults of, string member) => member switch
    {
        "queue" => of.Queue!.Value.Name,
        "priority" => of.Priority!.Value.ToString()!,
        "retry" => $"{of.Retry!.MaxAttempts}",
        "timeout" => $"{of.Timeout!.Soft} {of.Timeout.Hard}",
        _ => string.Join(',', of.LimitKeys!),
    };

    private static string Value(NewJob of, string member) => Value(
        new JobDefaults { Queue = of.Queue, Priority = of.Priority, Retry = of.Policies.Retry, Timeout = of.Policies.Timeout, LimitKeys = of.LimitKeys }, member);

    private static string Text(NewJob job) => string.Join(' ', Members.Select(member => Value(job, member.Data)));
}
