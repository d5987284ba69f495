using JobService.Core.Enqueueing;

namespace JobService.Api.Jobs;

/// <summary>An answer that is kept, as it was and will be sent: to the byte.</summary>
internal sealed class KeptResult(KeptAnswer answer) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, httpContext.RequestAborted);
    }
}
