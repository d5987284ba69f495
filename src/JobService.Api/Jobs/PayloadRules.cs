using JobService.Core.Enqueueing;
using JobService.Core.Errors;

namespace JobService.Api.Jobs;

/// <summary>Checks a payload that a job is to get instead of its own against the schema of its type.</summary>
internal static class PayloadRules
{
    /// <summary>Why it can't have it; null where it can, or no type has a schema, so that nothing need be read.</summary>
    public static async Task<Refusal?> CheckAsync(string id, ReadOnlyMemory<byte>? payload, JobReader reader, JobRouter router, CancellationToken cancellationToken)
    {
        if (payload is not { } given)
            return null;
        if (router.Current.IsRefused(out var refusal, out var snapshot))
            return refusal;
        if (!snapshot.HasSchemas)
            return null;
        if ((await reader.FindAsync(id, cancellationToken)).IsRefused(out refusal, out var job))
            return refusal;
        return snapshot.Of(job.Type).Settings.CheckPayload(given, "/payload") is { Count: > 0 } faults ? new Refusal.Invalid(faults) : null;
    }
}
