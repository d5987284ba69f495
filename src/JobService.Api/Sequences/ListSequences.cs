using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Sequences;

namespace JobService.Api.Sequences;

internal static class ListSequences
{
    /// <summary>Lists sequences that have jobs, by key.</summary>
    /// <remarks>With `held=true` those that the failure of a job holds up.</remarks>
    public static async Task<IResult> HandleAsync(ISequenceQueries queries, HttpContext context)
    {
        if (SequenceListQuery.Read(context.Request.Query).IsRefused(out var refusal, out var page))
            return refusal.ToResult();

        // One more than asked for tells whether there is a next page.
        var sequences = await queries.ListAsync(page.Filter, page.After, page.Limit + 1, context.RequestAborted);
        var items = sequences.Take(page.Limit).Select(SequenceResponse.From).ToArray();
        var answer = new SequenceListResponse { Items = items, NextCursor = sequences.Count > items.Length ? items[^1].Key : null };
        return Results.Json(answer, ApiJson.TypeOf<SequenceListResponse>());
    }
}
