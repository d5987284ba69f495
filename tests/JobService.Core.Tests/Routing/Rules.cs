using System.Text;
using JobService.Core.Jobs;
using JobService.Core.JobTypes;
using JobService.Core.Queues;
using JobService.Core.Routing;

namespace JobService.Core.Tests.Routing;

/// <summary>Rules and jobs as tests write them.</summary>
internal static class Rules
{
    private static readonly JobIdSequence Ids = new(TimeProvider.System);

    public static NewJob Job(string payload = "null", string type = "order.new") =>
        new() { Id = Ids.Next(), Type = JobType.Parse(type), Payload = Encoding.UTF8.GetBytes(payload) };

    public static Route To(string queue, RouteMatch match) => new(queue, match, new JobDefaults { Queue = QueueName.Parse(queue) });

    public static Route Asking(string pointer, Comparison comparison, string operand) =>
        To("asked", new RouteMatch { Payload = [new PayloadCondition(pointer, comparison, operand)] });

    public static RoutingSnapshot Snapshot(params Route[] routes) => new(default, new RouteList(1, routes), [], []);

    public static RoutingSnapshot Snapshot(JobTypeSettings type, params Route[] routes) => new(default, new RouteList(1, routes), [type], []);

    /// <summary>The job as it is enqueued when its caller says nothing more of it.</summary>
    public static NewJob Settle(this RoutingSnapshot snapshot, NewJob job) => snapshot.Of(job.Type).Settle(job, job.Tags!);
}
