using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using JobService.Api.Problems;
using JobService.Core.Jobs;
using JobService.Core.Results;

namespace JobService.Api.Jobs;

internal static class StreamJob
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Streams a job's changes as server-sent events, until it is final.</summary>
    /// <remarks>Each event is the whole job, named after its state. After a break, `Last-Event-ID` resumes: nothing that was seen is sent again.</remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, FinalJobWatch finals, HttpContext context)
    {
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        var seen = context.Request.Headers["Last-Event-ID"].ToString();
        return TypedResults.ServerSentEvents(ChangesAsync(job, seen, reader, finals, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<JobResponse>> ChangesAsync(
        Job job, string seen, JobReader reader, FinalJobWatch finals, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var shown = JobResponse.From(job);
            var version = JobETag.Of(job, shown).Tag.ToString().Trim('"');
            if (!string.Equals(version, seen, StringComparison.Ordinal))
                yield return new SseItem<JobResponse>(shown, job.State.Word()) { EventId = version };
            seen = version;
            if (job.State.IsFinal())
                yield break;

            await finals.WaitAsync(job.Id, LookEvery, cancellationToken);
            if ((await reader.FindAsync(job.Id, cancellationToken)).IsRefused(out _, out var current))
                yield break;
            job = current;
        }
    }
}
