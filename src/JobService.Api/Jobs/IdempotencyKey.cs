using JobService.Api.Problems;
using JobService.Core.Errors;

namespace JobService.Api.Jobs;

/// <summary>
/// Refuses an <c>Idempotency-Key</c> wherever something would be changed: who sends one relies on it, and a later version brings it.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public static ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        HttpMethods.IsGet(call.HttpContext.Request.Method) || !call.HttpContext.Request.Headers.ContainsKey(Header)
            ? next(call)
            : ValueTask.FromResult<object?>(new Refusal.Invalid([new Fault(Header, "Not available yet.")]).ToResult());
}
