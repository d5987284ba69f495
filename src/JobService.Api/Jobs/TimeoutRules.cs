using JobService.Api.Json;
using JobService.Core.Timeouts;

namespace JobService.Api.Jobs;

/// <summary>Lays the limits a caller gives over a policy, which completes them.</summary>
internal static class TimeoutRules
{
    public static TimeoutPolicy Apply(TimeoutPolicy policy, TimeoutRequest? request, string at, RequestFaults faults)
    {
        if (request is not { Limits: var limits })
            return policy;

        var (softAt, hardAt) = (request.IsSoftOnly ? at : at + "/soft", at + "/hard");
        faults.AddUnknown(at, limits.Unknown);
        var (soft, hard) = (faults.Duration(softAt, limits.Soft), faults.Duration(hardAt, limits.Hard));
        return soft is null && hard is null ? policy : faults.Taken(TimeoutPolicy.Of(soft, hard, softAt, hardAt)) ?? policy;
    }
}
