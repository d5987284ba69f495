using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Limits;

namespace JobService.Api.Limits;

internal static class GetLimit
{
    /// <summary>Shows a limit, and the keys under which most runs.</summary>
    /// <remarks>The key is that of the limit as it was PUT, with the star where it has one (`tenant:*`). 404 when there is none, also for a key that a pattern limits.</remarks>
    public static async Task<IResult> HandleAsync(string key, ILimitQueries queries, HttpContext context) =>
        LimitPattern.TryParse(key, out var pattern)
            ? await ShowAsync(pattern, queries, 200, context.RequestAborted)
            : NotFound(key).ToResult();

    /// <summary>The limit as it stands.</summary>
    public static async Task<IResult> ShowAsync(LimitPattern pattern, ILimitQueries queries, int status, CancellationToken cancellationToken) =>
        await queries.FindAsync(pattern, cancellationToken) is { } limit
            ? Results.Json(LimitResponse.From(limit), ApiJson.TypeOf<LimitResponse>(), statusCode: status)
            : NotFound(pattern.Text).ToResult();

    public static Refusal NotFound(string key) => new Refusal.NotFound($"There is no limit '{key}'.");
}
