using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.BulkActions;
using JobService.Core.Errors;

namespace JobService.Api.BulkActions;

internal static class GetBulkAction
{
    /// <summary>Shows a bulk action and how far it is.</summary>
    /// <remarks>
    /// How many jobs it found, how many it has done and refused so far, and some of the refusals in words. It goes on by itself until it is final, also over a restart. 404 when
    /// there is no such action, or no longer.
    /// </remarks>
    public static async Task<IResult> HandleAsync(string id, IBulkActionStore store, HttpContext context) =>
        BulkActionId.TryParse(id, out var actionId) && await store.FindAsync(actionId, context.RequestAborted) is { } action
            ? Show(action)
            : NotFound(id).ToResult();

    public static IResult Show(BulkAction action) => Results.Json(BulkActionResponse.From(action), ApiJson.TypeOf<BulkActionResponse>());

    public static Refusal NotFound(string id) => new Refusal.NotFound($"There is no bulk action '{id}'.");
}
