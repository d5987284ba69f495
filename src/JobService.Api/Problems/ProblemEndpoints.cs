using JobService.Api.Json;

namespace JobService.Api.Problems;

/// <summary>The descriptions the <c>type</c> of every problem leads to.</summary>
internal static class ProblemEndpoints
{
    public static IEndpointRouteBuilder MapProblems(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/problems").WithTags("Problems");
        group.MapGet("/", ListProblems).WithName("ListProblems").Produces<IReadOnlyList<ProblemKind>>();
        group.MapGet("/{slug}", GetProblem).WithName("GetProblem").Produces<ProblemKind>().Produces<ProblemResponse>(404, ProblemResult.MediaType);
        return routes;
    }

    /// <summary>Lists every kind of problem the service answers with.</summary>
    /// <remarks>Each with its status, what it means and what to do about it; `type` is for good. To anybody.</remarks>
    private static IResult ListProblems() => Results.Json(ProblemKind.All, ApiJson.TypeOf<IReadOnlyList<ProblemKind>>());

    /// <summary>Tells what a kind of problem means and what to do about it.</summary>
    /// <remarks>It is where the `type` of a problem leads. 404 when there is no such kind. To anybody.</remarks>
    private static IResult GetProblem(string slug) =>
        ProblemKind.Find(slug) is { } kind ? Results.Json(kind, ApiJson.TypeOf<ProblemKind>()) : ProblemResult.Of(ProblemKind.NotFound, "There is no such kind of problem.");
}
