using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Enqueueing;

namespace JobService.Api.Routes;

internal static class TestRoutes
{
    /// <summary>Tells which rule a job would meet, and why it meets none of those before it.</summary>
    /// <remarks>The body is a job as in `POST /jobs`; nothing is stored. The rules are those that this node has at the moment.</remarks>
    public static IResult Handle(JsonBody<EnqueueRequest> body, JobRequestValidator validator, JobRouter router)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (validator.Validate(request, body.Bytes, EnqueueHeaders.None).IsRefused(out var refusal, out var job) || router.Current.IsRefused(out refusal, out var snapshot))
            return refusal.ToResult();

        var verdicts = snapshot.Explain(job);
        var answer = new RouteTestResponse
        {
            Rule = verdicts is [.., { WhyNot: null } met] ? met.Name : null,
            Queue = job.Queue.Name,
            RoutedBy = job.RoutedBy ?? JobResponse.RoutedByDefault,
            Version = snapshot.Routes.Version,
            Rules = [.. verdicts.Select(verdict => new RouteVerdictResponse { Name = verdict.Name, Met = verdict.WhyNot is null, WhyNot = verdict.WhyNot })],
        };
        return Results.Json(answer, ApiJson.TypeOf<RouteTestResponse>());
    }
}
