using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Limits;
using JobService.Core.Signals;

namespace JobService.Api.Limits;

internal static class PutLimit
{
    /// <summary>Sets a limit, or replaces it.</summary>
    /// <remarks>
    /// The key is one that jobs name (`tenant:42`), that of a queue (`queue:low`) or of a type (`type:email.send`), or the beginning of many and a star (`tenant:*`), each of which has the
    /// limit for itself; the limit of the key itself holds before that of its beginning, and a longer beginning before a shorter one. When the answer comes, it holds for every worker, and
    /// counts what runs already. 503 when a claim is under way that takes too long to wait for, or a transaction that enqueues in SQL is open and uses the key for the first time: then nothing was
    /// changed.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string key, JsonBody<LimitRequest> body, ILimitStore store, ILimitQueries queries, SignalHub signals, HttpContext context)
    {
        if (LimitRequestValidator.Pattern(key).IsRefused(out var badKey, out var pattern))
            return badKey.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (LimitRequestValidator.Validate(request).IsRefused(out var invalid, out var settings))
            return invalid.ToResult();
        if ((await store.SaveAsync(pattern, settings, CancellationToken.None)).IsRefused(out var refusal, out var isNew))
            return refusal.ToResult();

        signals.JobsReady();
        var answer = await GetLimit.ShowAsync(pattern, queries, isNew ? 201 : 200, context.RequestAborted);
        return isNew ? answer.At($"/api/v1/limits/{pattern}") : answer;
    }
}
