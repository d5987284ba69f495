using System.Globalization;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Claiming;
using JobService.Core.Jobs;
using JobService.Core.Limits;
using JobService.Core.Queues;
using JobService.Core.Sequences;
using JobService.Core.Workers;

namespace JobService.Api.Jobs;

internal static class ExplainJob
{
    /// <summary>Beyond this many jobs ahead, the exact number helps nobody.</summary>
    private const int MaxPosition = 10_000;

    /// <summary>Tells why a job is not running, and when it will.</summary>
    /// <remarks>
    /// Every reason there is, each with a word for programs and a sentence for people: its time has not come, its queue is paused, a limit is full and who holds it, others of
    /// its sequence come first, no live worker handles its type. Beside them `runsAt`, how many jobs come `position` before it in its queue, and the workers that could run it. A
    /// job that runs or is final is explained too. 404 when there is no such job, 410 when retention has removed it.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string id,
        JobReader reader,
        IJobQueries queries,
        IQueueStore queues,
        ILimitQueries limits,
        ISequenceQueries sequences,
        IWorkerQueries workers,
        HttpContext context)
    {
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        var runsAt = job.NextRetryAt ?? (job.State == JobState.Scheduled ? job.RunAt : null);
        var ending = EndingBefore(runsAt, job);
        var position = job.State == JobState.Queued ? await queries.PositionAsync(job.Id, MaxPosition, context.RequestAborted) : null;
        var handling = job.State.IsFinal() ? [] : Handling(job, await workers.ListAsync(context.RequestAborted));
        var able = handling.FindAll(worker => Serves(worker, job));
        var isWaiting = job.State is not JobState.Running && !job.State.IsFinal();
        var pause = isWaiting ? (await queues.FindAsync(job.Queue, context.RequestAborted))?.Pause : null;

        // Before its time has come, or its turn, what matters is only what will still hold it up then.
        var closed = isWaiting ? (await limits.StandingsAsync(job.Id, context.RequestAborted)).Where(standing => job.State is JobState.Queued ? !standing.IsOpen : standing.IsShut) : [];
        var place = job.Policies.Sequence is null ? null : await sequences.PlaceAsync(job.Id, context.RequestAborted);
        var answer = new ExplainResponse
        {
            Id = job.Id.ToString(),
            State = job.State,
            RunsAt = ending is null ? runsAt : null,
            Position = position?.Ahead,
            Workers = [.. able.Select(worker => worker.Name)],
            Reasons = [.. new[] { ending, PausedBy(pause, job), BehindOthers(place, job) }.OfType<ExplainReason>(), .. Reasons(job, position, handling, able), .. closed.Select(Because)],
        };
        return Results.Json(answer, ApiJson.TypeOf<ExplainResponse>());
    }

    private static IEnumerable<ExplainReason> Reasons(Job job, JobPosition? position, IReadOnlyList<RegisteredWorker> handling, IReadOnlyList<RegisteredWorker> able)
    {
        switch (job.State)
        {
            case JobState.Running:
                yield return Because("running", $"It runs on {job.Worker}, attempt {job.Attempt}.");
                if (job.CancelRequestedAt is not null)
                    yield return Because("cancel-requested", "Its handler was asked to stop and has its grace to do so.");
                yield break;
            case JobState.Succeeded or JobState.Failed or JobState.Cancelled:
                yield return Because("final", $"It has ended: {job.State.Word()}{(job.Reason is null ? "" : $" ({job.Reason})")}.");
                yield break;
            case JobState.Scheduled:
                yield return Because("scheduled", "Its time has not come.");
                break;
            case JobState.Retrying:
                yield return Because("retrying", $"Attempt {job.Attempt} failed with {job.LastError?.Error?.Type}; it waits for its next.");
                break;
            case JobState.Queued when position is { Ahead: 0, IsPartial: false }:
                yield return Because("next", "It is the next of its queue.");
                break;
            case JobState.Queued when position is { Ahead: var ahead }:
                yield return Because("position", string.Create(CultureInfo.InvariantCulture, $"{(position.IsPartial ? "At least " : "")}{Jobs(ahead)} of queue '{job.Queue}' {(ahead == 1 ? "comes" : "come")} before it."));
                break;
            default:
                break;
        }

        if (able.Count == 0)
            yield return Because("no-live-worker", NobodyToRun(job, handling));
        else if (able.All(worker => worker.Running >= worker.Slots))
            yield return Because("workers-busy", $"All {able.Sum(worker => worker.Slots)} slots of the workers that could run it are taken.");
        if (job.Crashes >= 2)
            yield return Because("suspect", $"Its worker was lost {job.Crashes} times while running it, so a worker runs it only while it runs no other such job.");
    }

    /// <summary>What its sequence has to do with it; null where nothing.</summary>
    private static ExplainReason? BehindOthers(SequencePlace? place, Job job) => (job.State, place) switch
    {
        (JobState.Blocked, { HeldAt: { } since, IsHeadRemoved: true }) => Because("sequence-held", string.Create(
            CultureInfo.InvariantCulture,
            $"It waits for job {place.Head} of sequence '{place.Key}', which has failed and holds the others up since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, with {Ahead(place)} before this one. That job is no longer kept, so it can be neither retried nor deleted: resume the sequence.")),
        (JobState.Blocked, { HeldAt: { } heldAt }) => Because("sequence-held", string.Create(
            CultureInfo.InvariantCulture,
            $"It waits for job {place.Head} of sequence '{place.Key}', which has failed and holds the others up since {heldAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, with {Ahead(place)} before this one: retry or delete that job, or resume the sequence.")),
        (JobState.Blocked, not null) => Because("sequence", $"It waits for job {place.Head} of sequence '{place.Key}', with {Ahead(place)} before it."),
        (JobState.Failed, { HeldAt: { } since }) => Because("holds-sequence", string.Create(
            CultureInfo.InvariantCulture,
            $"It has held up sequence '{place.Key}' since {since.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: retry or delete it, or resume the sequence.")),
        _ => null,
    };

    private static string Ahead(SequencePlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{(place.Ahead >= Sequence.MaxLength ? "at least " : "")}{Jobs(place.Ahead)}");

    private static string Jobs(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "job" : "jobs")}");

    private static ExplainReason? PausedBy(QueuePause? pause, Job job) => pause is null ? null : Because("queue-paused", string.Create(
        CultureInfo.InvariantCulture,
        $"Queue '{job.Queue}' has been paused since {pause.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}{(pause.Actor is null ? "" : $" by {pause.Actor}")}{(pause.Reason is null ? "." : $": {pause.Reason}")}"));

    /// <summary>Why the job fails before its time comes; null when it can run.</summary>
    private static ExplainReason? EndingBefore(DateTimeOffset? runsAt, Job job)
    {
        var isDeadline = job.Deadline <= (job.ExpiresAt ?? DateTimeOffset.MaxValue);
        var end = isDeadline ? job.Deadline : job.ExpiresAt;
        return end is { } at && runsAt >= at
            ? Because("will-expire", string.Create(
                CultureInfo.InvariantCulture,
                $"It fails at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, its {(isDeadline ? "deadline" : "expiresAt")}, since its time would come at {runsAt.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} only."))
            : null;
    }

    private static string NobodyToRun(Job job, IReadOnlyList<RegisteredWorker> handling) => handling is [var first, ..]
        ? $"{handling.Count} live {(handling.Count == 1 ? "worker has" : "workers have")} a handler for '{job.Type}', such as {first.Name}, and none of them serves queue '{job.Queue}'. It is there by '{job.RoutedBy ?? JobResponse.RoutedByDefault}'."
        : $"No live worker has a handler for '{job.Type}'. It waits until one does.";

    private static List<RegisteredWorker> Handling(Job job, IReadOnlyList<RegisteredWorker> workers) =>
        [.. workers.Where(worker => worker.EndedAt is null && worker.Types.Contains(job.Type.Name, StringComparer.Ordinal))];

    private static bool Serves(RegisteredWorker worker, Job job) => worker.Queues.Any(glob => new QueueSelection(glob).Matches(job.Queue.Name));

    /// <summary>What a limited key that lets nothing through says.</summary>
    private static ExplainReason Because(LimitStanding standing)
    {
        var key = standing.Pattern.IsForMany ? $"'{standing.Key}' (limit '{standing.Pattern}')" : $"'{standing.Key}'";
        if (standing.IsPaused)
            return Because("limit-paused", $"Jobs of {key} are paused.");
        if (standing.MaxRunning is 0)
            return Because("limit-full", $"No job of {key} may run.");
        if (standing.Running >= standing.MaxRunning)
        {
            return Because("limit-full", string.Create(
                CultureInfo.InvariantCulture, $"{standing.MaxRunning} jobs of {key} may run at once, and {standing.Running} do: {string.Join(", ", standing.Holders)}{(standing.Running > standing.Holders.Count ? ", …" : "")}."));
        }

        return Because("limit-rate", string.Create(
            CultureInfo.InvariantCulture, $"The next job of {key} may start at {standing.OpensAt!.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}."));
    }

    private static ExplainReason Because(string code, string detail) => new() { Code = code, Detail = detail };
}
