using JobService.Api.Problems;
using JobService.Core.Limits;
using JobService.Core.Signals;

namespace JobService.Api.Limits;

internal static class DeleteLimit
{
    /// <summary>Takes a limit away.</summary>
    /// <remarks>For its keys that of a shorter pattern holds from now on, or none.</remarks>
    public static async Task<IResult> HandleAsync(string key, ILimitStore store, SignalHub signals)
    {
        if (!LimitPattern.TryParse(key, out var pattern))
            return GetLimit.NotFound(key).ToResult();
        if ((await store.DeleteAsync(pattern, CancellationToken.None)).IsRefused(out var refusal, out _))
            return refusal.ToResult();

        signals.JobsReady();
        return Results.NoContent();
    }
}
