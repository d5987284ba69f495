using System.Globalization;
using JobService.Api.Json;
using JobService.Api.Problems;
using JobService.Core.Errors;
using Microsoft.Extensions.Primitives;

namespace JobService.Api.Jobs;

internal static class GetLogs
{
    /// <summary>Lists what a job's handlers logged, in order.</summary>
    /// <remarks>Empty in this version: handlers can't log to their job yet. Once they can, `nextAfter`, given as `after`, goes on where the answer ended.</remarks>
    public static async Task<IResult> HandleAsync(string id, JobReader reader, HttpContext context)
    {
        if (context.Request.Query.TryGetValue("after", out var after) && !IsPosition(after))
            return new Refusal.Malformed([new Fault("after", "Expected the nextAfter of an earlier answer, a whole number from 0.")]).ToResult();
        if ((await reader.FindAsync(id, context.RequestAborted)).IsRefused(out var refusal, out _))
            return refusal.ToResult();
        return Results.Json(new LogListResponse { Items = [], NextAfter = null }, ApiJson.TypeOf<LogListResponse>());
    }

    private static bool IsPosition(StringValues after) =>
        after is [var only] && long.TryParse(only, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
