using JobService.Api.Problems;

namespace JobService.Api.Sequences;

/// <summary>What can be done with sequences, as a table of contents; each line's file has the rest.</summary>
internal static class SequenceEndpoints
{
    public static IEndpointRouteBuilder MapSequences(this IEndpointRouteBuilder routes)
    {
        var sequences = routes.MapGroup("/api/v1/sequences").WithTags("Sequences");

        sequences.MapGet("/", ListSequences.HandleAsync).WithName("ListSequences").Takes("prefix", "held", "limit", "cursor").Produces<SequenceListResponse>().Refuses(400, 422, 503);
        sequences.MapGet("/{key}", GetSequence.HandleAsync).WithName("GetSequence").Produces<SequenceResponse>().Refuses(404, 503);
        sequences.MapPost("/{key}/resume", ResumeSequence.HandleAsync).WithName("ResumeSequence").Produces<SequenceResponse>().Refuses(400, 404, 413, 415, 422, 503);
        return routes;
    }
}
