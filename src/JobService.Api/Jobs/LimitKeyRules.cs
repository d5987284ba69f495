using JobService.Api.Json;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>What limit keys a job may name.</summary>
internal static class LimitKeyRules
{
    /// <summary>Null where none were given, or where there are faults.</summary>
    public static IReadOnlyList<LimitKey>? Check(string pointer, IReadOnlyList<string?>? given, RequestFaults faults) =>
        given is null ? null : faults.Taken(LimitKey.ParseAll(given, pointer));
}
