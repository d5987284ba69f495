using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using JobService.Core.Sequences;

namespace JobService.Api.Sequences;

internal static class GetSequence
{
    /// <summary>Shows a sequence: whose turn it is, how many wait behind it, and whether a failure holds them up.</summary>
    /// <remarks>404 when no job of the key waits, runs or holds others up: a sequence is there as long as its jobs keep it.</remarks>
    public static async Task<IResult> HandleAsync(string key, ISequenceQueries queries, HttpContext context) =>
        SequenceKey.TryParse(key, out var sequence) && await queries.FindAsync(sequence, context.RequestAborted) is { } found
            ? Results.Json(SequenceResponse.From(found), ApiJson.TypeOf<SequenceResponse>())
            : NotFound(key).ToResult();

    /// <summary>No job of that key waits, runs or holds others up.</summary>
    public static Refusal NotFound(string key) => new Refusal.NotFound($"There is no sequence '{key}': no job of it waits, runs or holds others up.");
}
