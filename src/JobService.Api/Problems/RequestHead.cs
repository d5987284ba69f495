using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace JobService.Api.Problems;

/// <summary>
/// What comes before a request's body. The server answers with nothing but a status to a line or headers that are too long, so it takes
/// more than the service does, and the service says what is wrong. Beyond the server's limits the answer stays empty.
/// </summary>
internal static class RequestHead
{
    private const int MaxTargetLength = 8 * 1024;
    private const int MaxHeadersLength = 32 * 1024;
    private const int MaxHeaders = 100;
    private const string HeadItem = "jobservice.head";

    public static void Configure(KestrelServerOptions server)
    {
        server.Limits.MaxRequestLineSize = 8 * MaxTargetLength;
        server.Limits.MaxRequestHeadersTotalSize = 8 * MaxHeadersLength;
        server.Limits.MaxRequestHeaderCount = 8 * MaxHeaders;
    }

    public static IApplicationBuilder UseRequestHeadLimits(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Length > MaxTargetLength)
            return ProblemResult.Of(ProblemKind.UriTooLong, $"The path and query are longer than {MaxTargetLength} characters.").ExecuteAsync(context);
        var (count, length) = Measure(context.Request.Headers);
        if (length > MaxHeadersLength)
            return ProblemResult.Of(ProblemKind.HeadersTooLarge, $"The headers are longer than {MaxHeadersLength} characters.").ExecuteAsync(context);
        if (count > MaxHeaders)
            return ProblemResult.Of(ProblemKind.HeadersTooLarge, $"There are more than {MaxHeaders} headers.").ExecuteAsync(context);
        return next(context);
    });

    /// <summary>Answers HEAD as GET, and the server leaves the body out.</summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Items[HeadItem] = true;
        }

        return next(context);
    });

    /// <summary>Whether the caller wants the head only: a stream would be held open for nothing.</summary>
    public static bool IsHead(HttpContext context) => context.Items.ContainsKey(HeadItem);

    /// <summary>Where GET is allowed, so is HEAD.</summary>
    public static void AllowHead(IHeaderDictionary headers)
    {
        string[] allowed = headers.Allow.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (allowed.Contains(HttpMethods.Get, StringComparer.Ordinal) && !allowed.Contains(HttpMethods.Head, StringComparer.Ordinal))
            headers.Allow = string.Join(", ", allowed.Append(HttpMethods.Head).Order(StringComparer.Ordinal));
    }

    private static (int Count, int Length) Measure(IHeaderDictionary headers)
    {
        var (count, length) = (0, 0);
        foreach (var (name, values) in headers)
        {
            count += values.Count;
            foreach (var value in values)
                length += name.Length + (value?.Length ?? 0);
        }

        return (count, length);
    }
}
