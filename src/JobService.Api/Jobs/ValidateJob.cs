using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

internal static class ValidateJob
{
    /// <summary>Tells what would become of a job, and stores nothing.</summary>
    /// <remarks>
    /// The same checks as enqueueing, then the queue it would go to, what decided that, the routing rule it meets, the policies that would apply, and whether another job holds its
    /// unique key; where that would refuse it, so does this.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        JsonBody<EnqueueRequest> body, JobRequestValidator validator, IKeyedJobStore store, JobRouter router, HttpContext context)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (validator.Validate(request, body.Bytes, headers).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        var held = await store.FindHolderAsync(job, context.RequestAborted);
        if (held?.Refusal is { } conflict)
            return conflict.ToResult();
        if (router.Current.IsRefused(out refusal, out var snapshot))
            return refusal.ToResult();

        var answer = new ValidationResponse
        {
            Type = job.Type.Name,
            Queue = job.Queue.Name,
            RoutedBy = job.RoutedBy ?? JobResponse.RoutedByDefault,
            Rule = snapshot.RuleOf(job),
            Priority = job.Priority.Value,
            LimitKeys = [.. job.LimitKeys.Select(key => key.Text)],
            Retry = RetryResponse.From(job.Policies.Retry),
            Timeout = TimeoutResponse.From(job.Policies.Timeout),
            KeepResult = job.Policies.KeepResult is { } keep ? DurationText.Format(keep) : null,
            Unique = UniqueResponse.From(job.Policies.Unique),
            Sequence = JobSequenceResponse.From(job.Policies.Sequence),
            Deduplicated = held is not null,
            DeduplicatedBy = held?.Value.ToString(),
        };
        return Results.Json(answer, ApiJson.TypeOf<ValidationResponse>());
    }
}
