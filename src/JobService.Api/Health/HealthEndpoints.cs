using System.Data.Common;
using JobService.Api.Json;
using JobService.Core.Diagnostics;
using JobService.Core.Enqueueing;
using JobService.Core.Errors;
using JobService.Core.Jobs;

namespace JobService.Api.Health;

/// <summary>For whoever starts, stops and routes to this process.</summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseWithin = TimeSpan.FromSeconds(3);

    public static IEndpointRouteBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", Live).WithName("GetLiveness").Produces<HealthResponse>();
        health.MapGet("/ready", ReadyAsync).WithName("GetReadiness").Produces<HealthResponse>().Produces<HealthResponse>(503);
        return routes;
    }

    /// <summary>The process runs; it says nothing of the database, which restarting would not mend.</summary>
    /// <remarks>Always 200, to anybody. For whoever restarts a process that hangs.</remarks>
    private static IResult Live() => Answer(new HealthResponse { Status = "live", Database = null });

    /// <summary>The process can do its work: the database answers, and its schema is the one of this version or of a later one.</summary>
    /// <remarks>
    /// 503 while it can't: `database` says whether the database is `away` or `not-migrated`. To anybody; for whoever sends calls to a process, and is to send them elsewhere
    /// meanwhile.
    /// </remarks>
    private static async Task<IResult> ReadyAsync(IJobQueries queries, ISchemaQueries schema, JobRouter router, HttpContext context, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(DatabaseWithin);
        try
        {
            if (!await schema.IsMigratedAsync(timeout.Token))
                return NotReady("not-migrated", context);
            await queries.FinalAsync([JobId.FirstAt(DateTimeOffset.UnixEpoch)], timeout.Token);

            // Without the routes it would refuse every job; from now on it has them.
            if (router.Current.Refusal is not null)
                await router.RefreshAsync(timeout.Token);
            return Answer(new HealthResponse { Status = "ready", Database = "ok" });
        }
        catch (DbException e) when (StorageFaults.IsNotMigrated(e))
        {
            return NotReady("not-migrated", context);
        }
        catch (Exception e) when (e is DbException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return NotReady("away", context);
        }
    }

    private static IResult NotReady(string database, HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return Answer(new HealthResponse { Status = "not-ready", Database = database }, StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Answer(HealthResponse response, int status = StatusCodes.Status200OK) =>
        Results.Json(response, ApiJson.TypeOf<HealthResponse>(), statusCode: status);
}
