using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Diagnostics;

namespace JobService.Api.Problems;

/// <summary>Sees to it that no error leaves with an empty body or with more than a problem document says.</summary>
internal static partial class ProblemPages
{
    /// <summary>First in the pipeline: exceptions become problems, so do statuses that nobody wrote a body for, and answers that the client can't read.</summary>
    public static IApplicationBuilder UseJobServiceProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            // Logged here instead: once, and only where it is a fault of the service.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(context =>
        {
            RequestHead.AllowHead(context.HttpContext.Response.Headers);
            return ProblemResult.Of(ProblemKind.OfStatus(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext);
        });
        return app.Use(RefuseUnacceptableAsync);
    }

    // Only of the API: a probe of the service's health gets its answer whatever it accepts, lest the process be taken for dead.
    private static Task RefuseUnacceptableAsync(HttpContext context, RequestDelegate next) =>
        !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || Acceptable.IsAny(context.GetEndpoint(), context.Request.Headers.Accept)
            ? next(context)
            : ProblemResult.Of(ProblemKind.NotAcceptable).ExecuteAsync(context);

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var feature = context.Features.Get<IExceptionHandlerFeature>() ?? throw new UnreachableException();
        var result = feature.Error.ToResult();
        var log = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ProblemPages));
        if (result.Problem.Status == (int)HttpStatusCode.InternalServerError)
            LogUnhandled(log, feature.Error, context.Request.Method, feature.Path);
        else if (result.Problem.Status == (int)HttpStatusCode.ServiceUnavailable)
            LogDatabaseAway(log, context.Request.Method, feature.Path, feature.Error.Message);
        return result.ExecuteAsync(context);
    }
}
