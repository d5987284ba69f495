using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Diagnostics;

namespace JobService.Api.Problems;

/// <summary>Sees to it that no error leaves with an empty body or with more than a problem document says.</summary>
internal static partial class ProblemPages
{
    /// <summary>First in the pipeline: exceptions become problems, and so do statuses that nobody wrote a body for.</summary>
    public static IApplicationBuilder UseJobServiceProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerExceptionAsync,
            // Logged here instead: once, and only where it is a fault of the service.
            SuppressDiagnosticsCallback = _ => true,
        });
        return app.UseStatusCodePages(context => ProblemResult.Of(ProblemKind.OfStatus(context.HttpContext.Response.StatusCode)).ExecuteAsync(context.HttpContext));
    }

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
