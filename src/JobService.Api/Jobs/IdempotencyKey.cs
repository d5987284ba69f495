using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;

namespace JobService.Api.Jobs;

/// <summary>The header by which a request that is sent again is known.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The header of an answer that was kept.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const int MaxLength = 255;

    /// <summary>
    /// Refuses the header wherever something would be changed and no answer is kept: who sends one relies on it. Only of endpoints of the service: what routing
    /// answers by itself says more.
    /// </summary>
    public static Task RefuseAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsGet(context.Request.Method) || !context.Request.Headers.ContainsKey(Header)
        || context.GetEndpoint() is not RouteEndpoint { Metadata: var metadata } || metadata.GetMetadata<KeepsAnswers>() is not null
            ? next(context)
            : new Refusal.Invalid([new Fault(Header, "This call keeps no answers: leave the header out.")]).ToResult().ExecuteAsync(context);

    /// <summary>Which request this is.</summary>
    public static Result<OptionalKey> Read(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (!context.Request.Headers.TryGetValue(Header, out var values))
            return new OptionalKey(Key: null);
        if (values is not [{ Length: >= 1 and <= MaxLength } key] || !key.All(c => c is > ' ' and <= '~'))
            return new Refusal.Malformed([new Fault(Header, $"Expected one key of 1 to {MaxLength} visible ASCII characters.")]);
        return new OptionalKey(RequestKey.Of(context.Actor(), key, context.Request.Method, context.Request.Path + context.Request.QueryString.ToUriComponent(), body.Span));
    }
}
