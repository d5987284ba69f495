using System.Text.Json;
using JobService.Api.Jobs;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Api.Security;
using JobService.Core.BulkActions;
using JobService.Core.Enqueueing;
using JobService.Core.Jobs;

namespace JobService.Api.BulkActions;

internal static class CreateBulkAction
{
    private const int SampleSize = 10;

    /// <summary>Does something with all jobs that a filter finds.</summary>
    /// <remarks>
    /// 202, and workers do it in the background, step by step; it goes on after any restart, and acts on each job once. It is for jobs that are there when it is asked for:
    /// `retry` and `replay` begin with the oldest, the others with the newest. With `dryRun` it only counts them and shows some: 200.
    ///
    /// Without `state` in the filter it is for the jobs that the action can do anything with: `cancel` for those that are not final, `move` for those that wait, `delete` for those that are not
    /// running. `retry` and `replay` are for failed and cancelled jobs; succeeded ones they take only when they are named. A job that moves on while its step is under way, or whose unique key another
    /// one holds by then, is refused and counted, and harms no other.
    /// </remarks>
    public static async Task<IResult> HandleAsync(
        JsonBody<BulkActionRequest> body, IBulkActionStore store, IKeyedJobStore kept, IJobQueries queries, HttpContext context)
    {
        if (body.IsRefused(out var problem, out var request))
            return problem;
        if (IdempotencyKey.Read(context, body.Bytes).IsRefused(out var badKey, out var call))
            return badKey.ToResult();
        if (call.Key is { } again && await kept.FindAnswerAsync(again, context.RequestAborted) is { } before)
            return before.IsRefused(out var other, out var answer) ? other.ToResult() : Show(answer, context);
        if (BulkActionRequestReader.Read(request, context.Actor()).IsRefused(out var invalid, out var action))
            return invalid.ToResult();
        if (request.DryRun is true)
            return await CountAsync(action, queries, context.RequestAborted);
        if (call.Key is not { } key)
            return Show(Keep(await store.CreateAsync(action, CancellationToken.None)), context);
        return (await store.CreateOnceAsync(action, key, Keep, CancellationToken.None)).IsRefused(out var refusal, out var once) ? refusal.ToResult() : Show(once, context);
    }

    private static async Task<IResult> CountAsync(NewBulkAction action, IJobQueries queries, CancellationToken cancellationToken)
    {
        var count = await queries.CountAsync(BulkActionRules.Jobs(action.Kind, action.Filter), SampleSize, cancellationToken);
        var answer = new DryRunResponse { Matched = count.Matched, Partial = count.IsPartial, Sample = [.. count.Sample.Select(JobResponse.From)] };
        return Results.Json(answer, ApiJson.TypeOf<DryRunResponse>());
    }

    private static KeptAnswer Keep(BulkAction action) => new(
        StatusCodes.Status202Accepted, Job: null, JsonSerializer.SerializeToUtf8Bytes(BulkActionResponse.From(action), ApiJson.TypeOf<BulkActionResponse>()));

    private static LocatedResult Show(KeptAnswer answer, HttpContext context)
    {
        if (answer.IsReplayed)
            context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
        using var action = JsonDocument.Parse(answer.Body);
        return new KeptResult(answer).At($"/api/v1/bulk-actions/{action.RootElement.GetProperty("id").GetString()}");
    }
}
