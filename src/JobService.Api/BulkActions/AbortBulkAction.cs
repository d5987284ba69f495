using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.BulkActions;

namespace JobService.Api.BulkActions;

internal static class AbortBulkAction
{
    /// <summary>Stops a bulk action.</summary>
    /// <remarks>The step that is under way, some hundred jobs, is waited for; what was done stays done. 200 also when it was aborted before; 409 when it came to another end.</remarks>
    public static async Task<IResult> HandleAsync(string id, JsonBody<NoMembers> body, IBulkActionStore store, HttpContext context)
    {
        if (NoMembers.Check(body) is { } problem)
            return problem;
        if (!BulkActionId.TryParse(id, out var actionId))
            return GetBulkAction.NotFound(id).ToResult();
        if ((await store.AbortAsync(actionId, context.Actor(), CancellationToken.None)).IsRefused(out var refusal, out var action))
            return refusal.ToResult();
        return GetBulkAction.Show(action);
    }
}
