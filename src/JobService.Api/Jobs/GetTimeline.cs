using System.Globalization;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

internal static class GetTimeline
{
    /// <summary>Tells a job's story: what happened, when, and by whom.</summary>
    /// <remarks>
    /// From `created` on, in the order of time: claims and how they ended, retries, edits, cancellations, and who asked for them. 404 when there is no such job, 410 when
    /// retention has removed it.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, IJobQueries queries, HttpContext context)
    {
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();

        var ended = await queries.EndedAttemptsAsync(job.Id, context.RequestAborted);
        var events = await queries.EventsAsync(job.Id, context.RequestAborted);
        var items = Tell(job, ended, events).OrderBy(item => item.At).ToArray();
        return Results.Json(new TimelineResponse { Items = items }, ApiJson.TypeOf<TimelineResponse>());
    }

    private static IEnumerable<TimelineItem> Tell(Job job, IReadOnlyList<EndedAttempt> ended, IReadOnlyList<JobEvent> events)
    {
        yield return Item(job.CreatedAt, "created", job.CreatedBy, null);
        foreach (var attempt in ended)
        {
            yield return Item(attempt.StartedAt, "claimed", attempt.Worker, Number(attempt.Attempt));
            yield return Item(attempt.FinishedAt, AttemptResponse.WordFor(attempt.Outcome), attempt.Worker, Describe(attempt));
        }

        if (job.StartedAt is { } startedAt && ended.All(attempt => attempt.Attempt != job.Attempt))
            yield return Item(startedAt, "claimed", job.Worker, Number(job.Attempt));
        foreach (var happened in events)
            yield return Item(happened.At, happened.Kind, happened.Actor, happened.Detail);

        // A cancellation at once is an event of its own.
        var isTold = job.State == JobState.Cancelled && events.Any(happened => string.Equals(happened.Kind, "cancelled", StringComparison.Ordinal) && happened.At == job.FinishedAt);
        // One that ended while it waited was ended by nobody's run.
        var isOver = ended.Any(attempt => attempt.Attempt == job.Attempt && attempt.FinishedAt < job.FinishedAt);
        if (job.FinishedAt is { } finishedAt && !isTold)
            yield return Item(finishedAt, job.State.Word(), isOver ? null : job.Worker, job.Reason);
    }

    private static TimelineItem Item(DateTimeOffset at, string what, string? by, string? detail) => new() { At = at, What = what, By = by, Detail = detail };

    private static string Describe(EndedAttempt attempt) =>
        attempt.Error is { } error ? $"{Number(attempt.Attempt)}: {error.Type}" : Number(attempt.Attempt);

    private static string Number(int attempt) => string.Create(CultureInfo.InvariantCulture, $"attempt {attempt}");
}
