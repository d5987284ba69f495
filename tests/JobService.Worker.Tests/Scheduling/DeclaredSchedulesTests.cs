using System.Text;
using System.Text.Json;
using JobService.Core.Jobs;
using JobService.Core.Retries;
using JobService.Core.Schedules;
using JobService.Core.Timeouts;
using JobService.Worker.Scheduling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace JobService.Worker.Tests.Scheduling;

public sealed class DeclaredSchedulesTests
{
    [Fact]
    public void Without_any_there_is_none() => Assert.Empty(Read());

    [Fact]
    public void A_rule_and_a_type_are_enough_and_all_else_is_as_by_default()
    {
        var declared = Assert.Single(Read(("nightly:Cron", "0 3 * * *"), ("nightly:Job:Type", "report.make")));

        Assert.Equal(("nightly", true), (declared.Name.Name, declared.IsEnabled));
        var expected = new ScheduleDefinition
        {
            Rule = ScheduleRule.Of(declared.Name, "0 3 * * *", null, null, null).Value!,
            Job = new JobTemplate { Type = JobType.Parse("report.make"), Payload = "null"u8.ToArray() },
        };
        Assert.Equal(expected, declared.Definition);
    }

    [Fact]
    public void All_that_the_api_takes_of_a_schedule_can_be_declared()
    {
        var json = """
            {"JobService": {"Schedules": {"report.daily": {
                "cron": "*/15 9-17 * * MON-FRI", "timeZone": "Europe/Vienna", "misfire": "fireAll", "maxCatchUp": 7, "overlap": "queueOne", "startAt": "2030-01-01T00:00:00+01:00",
                "endAt": "2031-01-01T00:00:00Z", "maxRuns": 5000000000, "jitter": "30s", "enabled": false, "pauseAfterFailures": 3,
                "job": {
                    "type": "report.make", "payload": "{\"to\": 1, \"empty\": {}}", "queue": "high", "priority": 9, "tags": {"tenant": "42"}, "metadata": "{\"by\": \"us\"}", "keepResult": "7d",
                    "timeout": {"soft": "30s", "hard": 60},
                    "retry": {"maxAttempts": 3, "backoff": "list", "base": "1s", "factor": 1.5, "max": "2m", "delays": ["1s", "250ms"], "jitter": "none", "maxElapsed": "1d",
                              "retryOn": ["http.*", "a"], "failOn": ["b"]}
                }
            }}}}
            """;

        var declared = Assert.Single(Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build()));

        Assert.False(declared.IsEnabled);
        Assert.Equal(
            new ScheduleDefinition
            {
                Rule = ScheduleRule.Of(ScheduleName.Parse("report.daily"), "*/15 9-17 * * MON-FRI", "Europe/Vienna", null, null).Value!,
                Misfire = MisfirePolicy.FireAll,
                MaxCatchUp = 7,
                Overlap = OverlapPolicy.QueueOne,
                StartAt = new DateTimeOffset(2029, 12, 31, 23, 0, 0, TimeSpan.Zero),
                EndAt = new DateTimeOffset(2031, 1, 1, 0, 0, 0, TimeSpan.Zero),
                MaxRuns = 5_000_000_000,
                Jitter = TimeSpan.FromSeconds(30),
                PauseAfterFailures = 3,
                Job = new JobTemplate
                {
                    Type = JobType.Parse("report.make"),
                    Payload = """{"to": 1, "empty": {}}"""u8.ToArray(),
                    Queue = Core.Queues.QueueName.Parse("high"),
                    RoutedBy = "request",
                    Priority = new JobPriority(9),
                    Tags = new Dictionary<string, string> { ["tenant"] = "42" },
                    Metadata = """{"by": "us"}"""u8.ToArray(),
                    Policies = new JobPolicies
                    {
                        KeepResult = TimeSpan.FromDays(7),
                        Timeout = new TimeoutPolicy { Soft = TimeSpan.FromSeconds(30), Hard = TimeSpan.FromSeconds(60) },
                        Retry = new RetryPolicy
                        {
                            MaxAttempts = 3,
                            Backoff = BackoffKind.List,
                            Base = TimeSpan.FromSeconds(1),
                            Factor = 1.5,
                            Max = TimeSpan.FromMinutes(2),
                            Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(250)],
                            Jitter = Jitter.None,
                            MaxElapsed = TimeSpan.FromDays(1),
                            RetryOn = ["http.*", "a"],
                            FailOn = ["b"],
                        },
                    },
                },
            },
            declared.Definition);
    }

    [Fact]
    public void Variables_of_the_environment_may_be_in_capitals_and_an_empty_value_takes_an_earlier_one_back()
    {
        var earlier = new Dictionary<string, string?> { ["JobService:Schedules:nightly:Every"] = "30s", ["JobService:Schedules:nightly:Job:Type"] = "a", ["JobService:Schedules:nightly:MaxRuns"] = "3" };
        var later = new Dictionary<string, string?>
        {
            ["JOBSERVICE:SCHEDULES:NIGHTLY:EVERY"] = "",
            ["JOBSERVICE:SCHEDULES:NIGHTLY:CRON"] = "@daily",
            ["JOBSERVICE:SCHEDULES:NIGHTLY:MAXRUNS"] = "",
            ["JOBSERVICE:SCHEDULES:WEEKLY:EVERY"] = "604800",
            ["JOBSERVICE:SCHEDULES:WEEKLY:JOB:TYPE"] = "b",
            ["JOBSERVICE:SCHEDULES:WEEKLY:JOB:TIMEOUT"] = "1m",
        };

        var declared = Read(new ConfigurationBuilder().AddInMemoryCollection(earlier).AddInMemoryCollection(later).Build());

        Assert.Equal(["nightly", "weekly"], declared.Select(schedule => schedule.Name.Name));
        Assert.Equal(("@daily", (TimeSpan?)null, (long?)null), (declared[0].Definition!.Rule.Cron, declared[0].Definition!.Rule.Every, declared[0].Definition!.MaxRuns));
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromSeconds(90)), (declared[1].Definition!.Rule.Every, declared[1].Definition!.Job.Policies.Timeout.Hard));
    }

    [Theory]
    [InlineData("nightly:Cron", "61 * * * *", "nightly:Cron")]
    [InlineData("nightly:TimeZone", "Mars/Olympus", "nightly:TimeZone")]
    [InlineData("nightly:Every", "1h", "nightly")]
    [InlineData("nightly:Cron", "", "nightly")]
    [InlineData("nightly:At", "tomorrow", "nightly:At")]
    [InlineData("nightly:StartAt", "2030-01-01T00:00:00", "nightly:StartAt")]
    [InlineData("nightly:EndAt", "2029-01-01T00:00:00Z", "nightly:EndAt")]
    [InlineData("nightly:Misfire", "fireTwice", "nightly:Misfire")]
    [InlineData("nightly:Overlap", "1", "nightly:Overlap")]
    [InlineData("nightly:MaxCatchUp", "501", "nightly:MaxCatchUp")]
    [InlineData("nightly:MaxCatchUp", "many", "nightly:MaxCatchUp")]
    [InlineData("nightly:MaxRuns", "0", "nightly:MaxRuns")]
    [InlineData("nightly:Jitter", "2d", "nightly:Jitter")]
    [InlineData("nightly:Jitter", "soon", "nightly:Jitter")]
    [InlineData("nightly:PauseAfterFailures", "1001", "nightly:PauseAfterFailures")]
    [InlineData("nightly:Enabled", "maybe", "nightly:Enabled")]
    [InlineData("nightly:Remove", "maybe", "nightly:Remove")]
    [InlineData("nightly:Crom", "* * * * *", "nightly:Crom")]
    [InlineData("nightly:Cron:Minute", "5", "nightly:Cron")]
    [InlineData("nightly:Job:Type", "Report", "nightly:Job:Type")]
    [InlineData("nightly:Job:Type", "", "nightly:Job:Type")]
    [InlineData("nightly:Job:RunAt", "2030-01-01T00:00:00Z", "nightly:Job:RunAt")]
    [InlineData("nightly:Job:Payload", "{to: 1}", "nightly:Job:Payload")]
    [InlineData("nightly:Job:Payload", "{\"a\":1,\"a\":2}", "nightly:Job:Payload")]
    [InlineData("nightly:Job:Payload", "1 2", "nightly:Job:Payload")]
    [InlineData("nightly:Job:Payload", "\"\\u0000\"", "nightly:Job:Payload")]
    [InlineData("nightly:Job:Payload:To", "1", "nightly:Job:Payload")]
    [InlineData("nightly:Job:Metadata", "[]", "nightly:Job:Metadata")]
    [InlineData("nightly:Job:Queue", "a b", "nightly:Job:Queue")]
    [InlineData("nightly:Job:Priority", "10", "nightly:Job:Priority")]
    [InlineData("nightly:Job:Tags:a b", "1", "nightly:Job:Tags:a b")]
    [InlineData("nightly:Job:Tags", "a=b", "nightly:Job:Tags")]
    [InlineData("nightly:Job:KeepResult", "366d", "nightly:Job:KeepResult")]
    [InlineData("nightly:Job:Timeout", "8d", "nightly:Job:Timeout")]
    [InlineData("nightly:Job:Timeout:Hard", "0", "nightly:Job:Timeout:Hard")]
    [InlineData("nightly:Job:Timeout:Weak", "1s", "nightly:Job:Timeout:Weak")]
    [InlineData("nightly:Job:Retry:MaxAttempts", "0", "nightly:Job:Retry:MaxAttempts")]
    [InlineData("nightly:Job:Retry:Factor", "NaN", "nightly:Job:Retry:Factor")]
    [InlineData("nightly:Job:Retry:Delays:0", "1s", "nightly:Job:Retry:Delays")]
    [InlineData("nightly:Job:Retry:Backoff", "list", "nightly:Job:Retry:Delays")]
    [InlineData("nightly:Job:Retry:FailOn:0", "", "nightly:Job:Retry:FailOn:0")]
    [InlineData("nightly:Job:Retry", "3", "nightly:Job:Retry")]
    [InlineData("no name:Every", "1s", "no name")]
    public void A_slip_is_told_by_its_key(string key, string value, string told)
    {
        (string, string)[] right = [("nightly:Cron", "0 3 * * *"), ("nightly:StartAt", "2030-01-01T00:00:00Z"), ("nightly:Job:Type", "a")];

        var refused = Assert.Throws<OptionsValidationException>(() => Read([.. right.Where(setting => !string.Equals(setting.Item1, key, StringComparison.Ordinal)), (key, value)]));

        Assert.StartsWith($"JobService:Schedules:{told}: ", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void All_slips_of_all_schedules_are_told_at_once()
    {
        var refused = Assert.Throws<OptionsValidationException>(
            () => Read(("a:Cron", "@daily"), ("a:MaxRuns", "0"), ("a:Job:Type", "a"), ("a:Job:Priority", "-1"), ("b:Job:Type", "b"), ("c:Every", "1s"), ("d:Every", "1s"), ("d:Job:Type", "d")));

        Assert.Equal(
            ["JobService:Schedules:a:Job:Priority", "JobService:Schedules:a:MaxRuns", "JobService:Schedules:b", "JobService:Schedules:c:Job"],
            refused.Failures.Select(failure => failure[..failure.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public void One_that_is_to_be_removed_needs_nothing_else_and_whatever_else_it_has_is_not_looked_at()
    {
        var declared = Read(("a:Remove", "true"), ("b:Remove", "true"), ("b:Cron", "61 * * * *"));

        Assert.All(declared, schedule => Assert.Null(schedule.Definition));
        Assert.Equal(2, declared.Count);
    }

    /// <summary>What the API learns to take, the configuration is to take as well.</summary>
    [Theory]
    [InlineData("ScheduleRequest", "")]
    [InlineData("EnqueueRequest", "Job:", "runAt", "delay", "expiresAt", "deadline", "unique")]
    [InlineData("RetryPolicyRequest", "Job:Retry:")]
    [InlineData("TimeoutLimitsRequest", "Job:Timeout:")]
    public void Each_member_of_the_api_is_a_key(string schema, string under, params string[] exceptions)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "docs/reference/openapi.json")));
        var members = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties").EnumerateObject().Select(member => member.Name);

        var unknown = members.Where(member => Faults(($"a:{under}{member}", "?")).Any(fault => fault.EndsWith("There is no such key here.", StringComparison.Ordinal)));

        Assert.Equal(exceptions, unknown);
    }

    private static IReadOnlyList<string> Faults(params (string, string)[] settings)
    {
        try
        {
            Read(settings);
            return [];
        }
        catch (OptionsValidationException refused)
        {
            return [.. refused.Failures];
        }
    }

    private static IReadOnlyList<DeclaredSchedule> Read(params (string Key, string Value)[] settings) => Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{DeclaredSchedules.Section}:{setting.Key}", (string?)setting.Value))).Build());

    private static IReadOnlyList<DeclaredSchedule> Read(IConfiguration configuration)
    {
        var declared = new DeclaredSchedules();
        declared.Read(configuration);
        return declared.Schedules;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "README.md")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
