using JobService.Api.Json;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>Makes what a caller settles for jobs into what the domain takes, which checks the rest of it.</summary>
internal static class JobDefaultsRules
{
    public static JobDefaults Read(JobDefaultsRequest request, string at, RequestFaults faults)
    {
        faults.AddUnknown(at, request.Unknown);
        QueueName? queue = null;
        if (QueueName.TryParse(request.Queue, out var parsed))
            queue = parsed;
        else if (request.Queue is not null)
            faults.Add(at + "/queue", $"Expected a name that matches {NamePattern.Expression}.");

        return new JobDefaults
        {
            Queue = queue,
            Priority = faults.Number(at + "/priority", request.Priority, JobPriority.Lowest, JobPriority.Highest) is { } priority ? new JobPriority(priority) : null,
            Retry = request.Retry is null ? null : RetryRules.Apply(RetryPolicy.Default, request.Retry, at + "/retry", faults),
            Timeout = request.Timeout is null ? null : TimeoutRules.Apply(TimeoutPolicy.Default, request.Timeout, at + "/timeout", faults),
            LimitKeys = LimitKeyRules.Check(at + "/limitKeys", request.LimitKeys, faults),
        };
    }
}
