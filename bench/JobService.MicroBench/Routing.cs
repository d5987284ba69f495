using System.Text;
using BenchmarkDotNet.Attributes;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Routing;

namespace JobService.MicroBench;

/// <summary>What settles a job that meets none of the rules: with no rules at all, with 500 for other types, by globs, by tags, and by places of the payload.</summary>
public class Routing
{
    private static readonly NewJob Job = new()
    {
        Id = new JobIdSequence(TimeProvider.System).Next(),
        Type = JobType.Parse("payment.capture"),
        Payload = Encoding.UTF8.GetBytes($$$"""{"amount":1000,"customer":{"country":"AT"},"pad":"{{{new string('x', 150)}}}"}"""),
        Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = "acme" },
    };

    private RoutingSnapshot snapshot = RoutingSnapshot.Empty;

    [Params("none", "types", "tags", "payload")]
    public string Rules { get; set; } = "none";

    [GlobalSetup]
    public void SetUp()
    {
        if (Rules is not "none")
            snapshot = new RoutingSnapshot(default, new RouteList(1, [.. Enumerable.Range(0, RouteRules.MaxRoutes).Select(Rule)]), [], []);
    }

    [Benchmark]
    public NewJob Settle() => snapshot.Of(Job.Type).Settle(Job, Job.Tags!);

    private Route Rule(int i) => new($"rule-{i}", Match(i), new JobDefaults { Queue = QueueName.Parse("elsewhere") });

    private RouteMatch Match(int i) => Rules switch
    {
        "types" => new RouteMatch { Type = $"*a*y*{i}" },
        "tags" => new RouteMatch { Tags = new Dictionary<string, string>(StringComparer.Ordinal) { ["tenant"] = $"*{i}" } },
        _ => new RouteMatch { Payload = [new PayloadCondition("/amount", Comparison.Gt, $"{i + 1000}"), new PayloadCondition("/customer/country", Comparison.Eq, $"\"{i}\"")] },
    };
}
