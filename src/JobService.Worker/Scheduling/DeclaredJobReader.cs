using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Retries;
using JobService.Core.Schedules;
using JobService.Core.Timeouts;

namespace JobService.Worker.Scheduling;

/// <summary>Makes a section of the configuration into what the jobs of a schedule have in common.</summary>
internal static class DeclaredJobReader
{
    private static readonly ReadOnlyMemory<byte> Null = "null"u8.ToArray();

    /// <summary>Null where the section is wrong.</summary>
    public static JobTemplate? Read(SectionReader keys)
    {
        var (type, queue) = (keys.Text("Type"), keys.Text("Queue"));
        if (!JobType.TryParse(type, out var jobType))
            keys.Add(new Fault("/type", type is null ? "A type is required." : $"Expected a name that matches {NamePattern.Expression}."));
        var queueName = QueueName.Default;
        if (queue is not null && !QueueName.TryParse(queue, out queueName))
            keys.Add(new Fault("/queue", $"Expected a name that matches {NamePattern.Expression}."));

        var job = new JobTemplate
        {
            Type = jobType,
            Payload = keys.Json("Payload", isObject: false) ?? Null,
            Queue = queueName,
            RoutedBy = queue is null ? null : "request",
            Priority = Priority(keys),
            Policies = new JobPolicies
            {
                Retry = keys.Section("Retry") is { } retry ? ReadRetry(retry) : RetryPolicy.Default,
                Timeout = ReadTimeout(keys) ?? TimeoutPolicy.Default,
                KeepResult = keys.Duration("KeepResult"),
            },
            Tags = keys.Words("Tags") ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Metadata = keys.Json("Metadata", isObject: true),
            LimitKeys = keys.Taken(LimitKey.ParseAll(keys.List("LimitKeys") ?? [], "/limitKeys")) ?? [],
        };
        keys.Add(job.Check(""));
        keys.RefuseOthers();
        return keys.HasFaults ? null : job;
    }

    private static JobPriority Priority(SectionReader keys)
    {
        var given = keys.Number<int>("Priority");
        if (Fault.OutOfRange("/priority", given, JobPriority.Lowest, JobPriority.Highest) is not { } fault)
            return given is { } value ? new JobPriority(value) : JobPriority.Default;

        keys.Add(fault);
        return JobPriority.Default;
    }

    private static RetryPolicy ReadRetry(SectionReader keys)
    {
        var standard = RetryPolicy.Default;
        var retry = standard with
        {
            MaxAttempts = keys.Number<int>("MaxAttempts") ?? standard.MaxAttempts,
            Backoff = keys.Word<BackoffKind>("Backoff") ?? standard.Backoff,
            Base = keys.Duration("Base") ?? standard.Base,
            Factor = keys.Number<double>("Factor") ?? standard.Factor,
            Max = keys.Duration("Max") ?? standard.Max,
            Jitter = keys.Word<Jitter>("Jitter") ?? standard.Jitter,
            MaxElapsed = keys.Duration("MaxElapsed"),
            Delays = keys.Durations("Delays") ?? [],
            RetryOn = keys.List("RetryOn") ?? standard.RetryOn,
            FailOn = keys.List("FailOn") ?? standard.FailOn,
        };
        keys.RefuseOthers();
        return retry;
    }

    /// <summary>One duration is the soft limit, as in the API.</summary>
    private static TimeoutPolicy? ReadTimeout(SectionReader keys)
    {
        if (!keys.IsSection("Timeout"))
            return keys.Duration("Timeout") is { } only ? keys.Taken(TimeoutPolicy.Of(only, hard: null, "/timeout", "/timeout")) : null;

        var limits = keys.Section("Timeout")!;
        var timeout = limits.Taken(TimeoutPolicy.Of(limits.Duration("Soft"), limits.Duration("Hard"), "/soft", "/hard"));
        limits.RefuseOthers();
        return timeout;
    }
}
