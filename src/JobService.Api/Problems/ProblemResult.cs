using System.Globalization;
using System.Reflection;
using System.Text.Json;
using JobService.Api.Json;
using Microsoft.AspNetCore.Http.Metadata;

namespace JobService.Api.Problems;

/// <summary>Answers with a problem document.</summary>
internal sealed class ProblemResult(ProblemResponse problem, TimeSpan? retryAfter = null)
    : IResult, IStatusCodeHttpResult, IContentTypeHttpResult, IValueHttpResult, IValueHttpResult<ProblemResponse>, IEndpointMetadataProvider
{
    public const string MediaType = "application/problem+json";

    public ProblemResponse Problem => problem;

    public TimeSpan? RetryAfter => retryAfter;

    int? IStatusCodeHttpResult.StatusCode => problem.Status;

    string? IContentTypeHttpResult.ContentType => MediaType;

    object? IValueHttpResult.Value => problem;

    ProblemResponse? IValueHttpResult<ProblemResponse>.Value => problem;

    /// <summary>A problem with nothing more to say than its kind and a sentence.</summary>
    public static ProblemResult Of(ProblemKind kind, string? detail = null, TimeSpan? retryAfter = null) =>
        new(Describe(kind, detail), retryAfter);

    public static ProblemResponse Describe(ProblemKind kind, string? detail) =>
        new() { Type = kind.Type, Title = kind.Title, Status = kind.Status, Detail = detail ?? kind.Meaning };

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = problem.Status;
        response.ContentType = MediaType;
        if (retryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        var document = problem with { Instance = problem.Instance ?? httpContext.Request.Path.ToUriComponent() };
        var json = JsonSerializer.SerializeToUtf8Bytes(document, ApiJson.TypeOf<ProblemResponse>());
        response.ContentLength = json.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(json, httpContext.RequestAborted);
    }

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status400BadRequest, typeof(ProblemResponse), [MediaType]));
}
