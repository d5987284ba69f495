using JobService.Core.Jobs;
using JobService.Core.Queues;

namespace JobService.Core.Enqueueing;

/// <summary>What of a job is stored as a number, which new names get in a transaction of their own.</summary>
internal readonly record struct NamesOfJob(QueueName Queue, JobType Type, JobPriority Priority, string LimitKeys)
{
    public static NamesOfJob Of(NewJob job) => new(job.Queue, job.Type, job.Priority, job.LimitKeys.Count == 0 ? "" : string.Join(',', job.LimitKeys.Select(key => key.Text)));
}
