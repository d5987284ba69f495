using System.Data.Common;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using JobService.Api.Problems;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

internal static partial class StreamJob
{
    private const string MediaType = "text/event-stream";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Streams a job's changes as server-sent events, until it is final.</summary>
    /// <remarks>
    /// Each event is the whole job, named after its state. The job is looked at twice a second and when it ends, so of states that lasted
    /// shorter than that only the last is told; `/timeline` has all of them. The stream also ends when the service stops or its database goes
    /// away. After any break, `Last-Event-ID` resumes: nothing that was seen is sent again.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string id, JobReader reader, FinalJobWatch finals, IHostApplicationLifetime lifetime, ILoggerFactory logs, HttpContext context)
    {
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        if (RequestHead.IsHead(context))
        {
            context.Response.ContentType = MediaType;
            return Results.Empty;
        }

        var seen = context.Request.Headers["Last-Event-ID"].ToString();
        var log = logs.CreateLogger(typeof(StreamJob));
        return TypedResults.ServerSentEvents(ChangesAsync(job, seen, NextAsync, context.RequestAborted));

        // Null ends the stream. The answer has begun, so there is no other way to say so; the client comes back by itself.
        async Task<Job?> NextAsync(JobId last, CancellationToken cancellationToken)
        {
            await finals.WaitAsync(last, LookEvery, cancellationToken);
            if (lifetime.ApplicationStopping.IsCancellationRequested)
                return null;
            try
            {
                return (await reader.FindAsync(last, cancellationToken)).Value;
            }
            catch (DbException e)
            {
                LogDatabaseAway(log, last, e.Message);
                return null;
            }
        }
    }

    private static async IAsyncEnumerable<SseItem<JobResponse>> ChangesAsync(
        Job job, string seen, Func<JobId, CancellationToken, Task<Job?>> nextAsync, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var shown = JobResponse.From(job);
            var version = JobETag.Of(job, shown).Tag.ToString().Trim('"');
            if (!string.Equals(version, seen, StringComparison.Ordinal))
                yield return new SseItem<JobResponse>(shown, job.State.Word()) { EventId = version };
            seen = version;
            if (job.State.IsFinal() || await nextAsync(job.Id, cancellationToken) is not { } next)
                yield break;
            job = next;
        }
    }
}
