using JobService.Api.Json;
using JobService.Api.Problems;

namespace JobService.Api.Jobs;

internal static class ReplayJob
{
    /// <summary>Makes a new job out of an old one.</summary>
    /// <remarks>
    /// Everything is taken over but its times, and what the request gives instead, also by what it is unique. The old job stays as it is.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        string id, JsonBody<ReplayRequest> body, JobRequestValidator validator, EnqueueAnswers answers, JobReader reader, HttpContext context)
    {
        if (EnqueueHeaders.Read(context).IsRefused(out var badHeader, out var headers))
            return badHeader.ToResult();
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (IdempotencyKey.Read(context, body.Bytes).IsRefused(out var badKey, out var call))
            return badKey.ToResult();
        if (await answers.AgainAsync(call.Key, headers.Wait, context) is { } again)
            return again;
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var missing, out var original))
            return missing.ToResult();
        if (validator.ValidateReplay(original, request, body.Bytes, headers).IsRefused(out var refusal, out var job))
            return refusal.ToResult();
        return await answers.EnqueueAsync(job, headers, call.Key, context);
    }
}
