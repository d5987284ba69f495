using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Jobs;
using JobService.Core.Sequences;
using JobService.Core.Signals;

namespace JobService.Api.Sequences;

internal static class ResumeSequence
{
    /// <summary>Lets a sequence go on without the job whose failure holds it up. Again, it changes nothing.</summary>
    /// <remarks>
    /// That job stays failed; should it be retried later, it joins the sequence behind all others. With `job` no other is passed over, however often the call is made. Where nothing
    /// holds the sequence up, it is shown as it stands.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string key, JsonBody<ResumeSequenceRequest> body, ISequenceStore store, ISequenceQueries queries, IJobQueries jobs, SignalHub signals, HttpContext context)
    {
        if (!SequenceKey.TryParse(key, out var sequence))
            return GetSequence.NotFound(key).ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (request.Check() is { } invalid)
            return invalid.ToResult();

        var isResumed = await store.ResumeAsync(sequence, request.Named(), request.Reason, context.Actor(), CancellationToken.None);
        if (isResumed)
            signals.JobsReady();
        var found = await queries.FindAsync(sequence, context.RequestAborted);
        if (found is null && !isResumed && !await IsOverAsync(sequence, request.Named(), jobs, context.RequestAborted))
            return GetSequence.NotFound(key).ToResult();
        return Results.Json(found is null ? SequenceResponse.Empty(sequence) : SequenceResponse.From(found), ApiJson.TypeOf<SequenceResponse>());
    }

    /// <summary>Whether the turn of that job in that sequence is over, in which none is left: it may have been passed over by the same call before.</summary>
    private static async Task<bool> IsOverAsync(SequenceKey sequence, JobId? named, IJobQueries jobs, CancellationToken cancellationToken) =>
        named is { } id && (await jobs.FindAsync(id, cancellationToken)).Value is { } job && job.State.IsFinal() && job.Policies.Sequence?.Key == sequence;
}
