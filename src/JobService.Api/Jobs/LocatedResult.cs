using System.Globalization;

namespace JobService.Api.Jobs;

/// <summary>An answer that says where the thing is, and when to ask again where it isn't done.</summary>
internal sealed class LocatedResult(IResult inner, string location, int? retryAfterSeconds) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.Location = location;
        if (retryAfterSeconds is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return inner.ExecuteAsync(httpContext);
    }
}
