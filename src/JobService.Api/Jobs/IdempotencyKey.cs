using JobService.Api.Problems;
using JobService.Core.Errors;

namespace JobService.Api.Jobs;

/// <summary>
/// Refuses an <c>Idempotency-Key</c> wherever something would be changed: who sends one relies on it, and a later version brings it.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>Only of endpoints of the service: what routing answers by itself says more.</summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsGet(context.Request.Method) || !context.Request.Headers.ContainsKey(Header) || context.GetEndpoint() is not RouteEndpoint
            ? next(context)
            : new Refusal.Invalid([new Fault(Header, "Not available yet.")]).ToResult().ExecuteAsync(context);
}
