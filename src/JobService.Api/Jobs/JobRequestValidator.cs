using System.Text;
using JobService.Api.Json;
using JobService.Core.Errors;
using JobService.Core.Jobs;
using JobService.Core.Queues;
using JobService.Core.Routing;
using JobService.Core.Schedules;

namespace JobService.Api.Jobs;

/// <summary>
/// Makes what a caller asks for into what the domain takes, or says everything that is wrong with it. What the caller leaves open is settled here, and nowhere else, by the job's type and
/// the routing rules. It compares no time with a clock: what is due or expired is the database's to decide.
/// </summary>
internal sealed class JobRequestValidator(JobIdSequence ids, Func<Result<RoutingSnapshot>> routing)
{
    private const int MaxReasonBytes = 1024;
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(3650);
    private static readonly ReadOnlyMemory<byte> Null = "null"u8.ToArray();

    /// <summary>A new job; its slices are taken from <paramref name="body"/>.</summary>
    public Result<NewJob> Validate(EnqueueRequest request, ReadOnlyMemory<byte> body, EnqueueHeaders headers)
    {
        var faults = new RequestFaults();
        var job = Make(request, body, headers, "", faults);
        return faults.Any ? faults.ToRefusal() : job;
    }

    /// <summary>Jobs to be enqueued together; the faults of all of them.</summary>
    public Result<IReadOnlyList<NewJob>> Validate(BulkEnqueueRequest request, ReadOnlyMemory<byte> body, EnqueueHeaders headers)
    {
        if (request.Jobs is { Count: > BulkEnqueueRequest.MaxJobs })
            return new Refusal.TooLarge($"At most {BulkEnqueueRequest.MaxJobs} jobs at once; stream more as application/x-ndjson.");

        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        if (request.Jobs is not { Count: > 0 })
            faults.Add("/jobs", $"Expected 1 to {BulkEnqueueRequest.MaxJobs} jobs.");

        var jobs = new List<NewJob>(request.Jobs?.Count ?? 0);
        for (var i = 0; i < request.Jobs?.Count; i++)
        {
            if (request.Jobs[i] is { } one)
                jobs.Add(Make(one, body, headers, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/jobs/{i}"), faults));
            else
                faults.Add($"/jobs/{i}", "Expected an object.");
        }

        return faults.Any ? faults.ToRefusal() : jobs;
    }

    /// <summary>A new job made from <paramref name="original"/>, with what the request has different.</summary>
    public Result<NewJob> ValidateReplay(Job original, ReplayRequest request, ReadOnlyMemory<byte> body, EnqueueHeaders headers)
    {
        if (original.Payload is null && !request.Payload.IsGiven)
            return new Refusal.Gone($"The payload of job {original.Id} was erased; give a new one.");

        var faults = new RequestFaults();
        if (request.Payload.IsGiven)
            Check(Settled(original.Type, faults), request.Payload.Of(body)!.Value, "/payload", faults);
        var job = NewJob.Replay(original, ids.Next());
        job = Override(job, request, body, headers, "", faults);
        return faults.Any ? faults.ToRefusal() : job;
    }

    /// <summary>What the jobs of a schedule have in common; their times are the schedule's to say. Null where there are faults.</summary>
    public JobTemplate? Template(EnqueueRequest request, ReadOnlyMemory<byte> body, string at, RequestFaults faults)
    {
        foreach (var (member, isGiven) in new[] { ("runAt", request.RunAt is not null), ("delay", request.Delay is not null), ("expiresAt", request.ExpiresAt is not null), ("deadline", request.Deadline is not null) })
        {
            if (isGiven)
                faults.Add($"{at}/{member}", "The jobs of a schedule start when it is due; leave this out.");
        }

        if (request.Unique is not null)
            faults.Add(at + "/unique", "The jobs of a schedule have no unique key; its overlap says what becomes of one that comes while another runs.");

        if (request.Sequence is not null)
            faults.Add(at + "/sequence", "Not available yet for the jobs of a schedule; its overlap says what becomes of one that comes while another runs.");

        var job = Make(request, body, EnqueueHeaders.None, at, faults);
        return faults.Any ? null : new JobTemplate
        {
            Type = job.Type,
            Payload = job.Payload,
            Queue = job.Queue,
            Priority = job.Priority,
            Policies = job.Policies,
            Tags = job.Tags,
            Metadata = job.Metadata,
            LimitKeys = job.LimitKeys,
            RoutedBy = job.RoutedBy,
        };
    }

    public static Result<JobRestart> Validate(RestartRequest request, ReadOnlyMemory<byte> body)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var runAt = faults.Time("/runAt", request.RunAt);
        return faults.Any ? faults.ToRefusal() : new JobRestart(request.Payload.Of(body), runAt);
    }

    public static Result<JobEdit> Validate(EditRequest request, ReadOnlyMemory<byte> body)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        var edit = new JobEdit
        {
            RunAt = faults.Time("/runAt", request.RunAt),
            Priority = Priority("/priority", request.Priority, faults),
            Queue = Queue("/queue", request.Queue, faults),
            Payload = request.Payload.Of(body),
            Tags = TagRules.Check("/tags", request.Tags, faults),
        };
        if (!faults.Any && edit == new JobEdit())
            faults.Add("", "Nothing to change: give at least one of runAt, priority, queue, payload and tags.");
        return faults.Any ? faults.ToRefusal() : edit;
    }

    /// <summary>Refuses what is wrong with a cancellation; null when nothing is.</summary>
    public static Refusal? Check(CancelRequest request)
    {
        var faults = new RequestFaults();
        faults.AddUnknown("", request.Unknown);
        if (CheckReason("/reason", request.Reason) is { } fault)
            faults.Add([fault]);
        return faults.Any ? faults.ToRefusal() : null;
    }

    /// <summary>What is wrong with the reason of a cancellation; null when nothing is.</summary>
    public static Fault? CheckReason(string pointer, string? reason) =>
        reason is not null && Encoding.UTF8.GetByteCount(reason) > MaxReasonBytes ? new Fault(pointer, $"Expected at most {MaxReasonBytes} bytes.") : null;

    private NewJob Make(EnqueueRequest request, ReadOnlyMemory<byte> body, EnqueueHeaders headers, string at, RequestFaults faults)
    {
        var isType = JobType.TryParse(request.Type, out var type);
        if (!isType)
            faults.Add(at + "/type", request.Type is null ? "A type is required." : $"Expected a name that matches {NamePattern.Expression}.");

        var job = new NewJob { Id = ids.Next(), Type = type, Payload = request.Payload.Of(body) ?? Null };
        if (isType)
            job = Settle(job, request, at, faults);
        return Override(job, request, body, headers, at, faults);
    }

    private NewJob Settle(NewJob job, EnqueueRequest request, string at, RequestFaults faults)
    {
        if (Settled(job.Type, faults) is not { } settled)
            return job;
        Check(settled, job.Payload, at + "/payload", faults);
        return settled.Settle(job, request.Tags);
    }

    private TypeRouting? Settled(JobType type, RequestFaults faults)
    {
        if (!routing().IsRefused(out var refusal, out var snapshot))
            return snapshot.Of(type);
        faults.Obstruct(refusal);
        return null;
    }

    private static void Check(TypeRouting? settled, ReadOnlyMemory<byte> payload, string at, RequestFaults faults)
    {
        if (settled?.Settings.CheckPayload(payload, at, faults.Steps) is { Count: > 0 } found)
            faults.Add(found);
    }

    private static NewJob Override(NewJob job, JobRequest request, ReadOnlyMemory<byte> body, EnqueueHeaders headers, string at, RequestFaults faults)
    {
        faults.AddUnknown(at, request.Unknown);
        if (request.RunAt is not null && request.Delay is not null)
            faults.Add(at + "/delay", "runAt and delay exclude each other; give one of them.");

        var runAt = faults.Time(at + "/runAt", request.RunAt);
        var overridden = job with
        {
            Payload = request.Payload.Of(body) ?? job.Payload,
            Queue = Queue(at + "/queue", request.Queue, faults) ?? job.Queue,
            RoutedBy = request.Queue is null ? job.RoutedBy : "request",
            Priority = Priority(at + "/priority", request.Priority, faults) ?? job.Priority,
            RunAt = runAt,
            Delay = faults.Duration(at + "/delay", request.Delay, TimeSpan.Zero, LongestDelay, "from 0 to ten years (3650d)"),
            ExpiresAt = NotBefore(runAt, at + "/expiresAt", request.ExpiresAt, faults),
            Deadline = NotBefore(runAt, at + "/deadline", request.Deadline, faults),
            Policies = Policies(job.Policies, request, at, faults),
            Tags = TagRules.Check(at + "/tags", request.Tags, faults) ?? job.Tags,
            LimitKeys = LimitKeyRules.Check(at + "/limitKeys", request.LimitKeys, faults) ?? job.LimitKeys,
            Metadata = Metadata(at + "/metadata", request.Metadata, body, faults) ?? job.Metadata,
            TraceParent = headers.TraceParent,
            TraceState = headers.TraceState,
            CreatedBy = headers.Actor,
        };
        return UniqueRules.Apply(overridden, isAsked: request.Unique is not null, at, faults);
    }

    private static JobPolicies Policies(JobPolicies policies, JobRequest request, string at, RequestFaults faults)
    {
        if (request is { Retry: null, Timeout: null, KeepResult: null, Unique: null, Sequence: null })
            return policies;

        var applied = new JobPolicies
        {
            Retry = RetryRules.Apply(policies.Retry, request.Retry, at + "/retry", faults),
            Timeout = TimeoutRules.Apply(policies.Timeout, request.Timeout, at + "/timeout", faults),
            KeepResult = faults.Duration(at + "/keepResult", request.KeepResult) ?? policies.KeepResult,
            Unique = UniqueRules.Read(request.Unique, at + "/unique", faults) ?? policies.Unique,
            Sequence = SequenceRules.Read(request.Sequence, at + "/sequence", faults) ?? policies.Sequence,
        };
        faults.Add(applied.Check(at));
        return applied;
    }

    private static QueueName? Queue(string pointer, string? given, RequestFaults faults)
    {
        if (given is null)
            return null;
        if (QueueName.TryParse(given, out var queue))
            return queue;

        faults.Add(pointer, $"Expected a name that matches {NamePattern.Expression}.");
        return null;
    }

    private static JobPriority? Priority(string pointer, int? given, RequestFaults faults) =>
        faults.Number(pointer, given, JobPriority.Lowest, JobPriority.Highest) is { } value ? new JobPriority(value) : null;

    private static DateTimeOffset? NotBefore(DateTimeOffset? runAt, string pointer, string? given, RequestFaults faults)
    {
        var time = faults.Time(pointer, given);
        if (time < runAt)
            faults.Add(pointer, "Expected a time that is not before runAt.");
        return time;
    }

    private static ReadOnlyMemory<byte>? Metadata(string pointer, JsonSlice given, ReadOnlyMemory<byte> body, RequestFaults faults)
    {
        if (NewJob.CheckMetadata(pointer, given.Length) is { } fault)
            faults.Add([fault]);
        return given.Of(body);
    }
}
