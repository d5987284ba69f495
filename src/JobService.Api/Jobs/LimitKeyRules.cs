using System.Globalization;
using JobService.Api.Json;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>What limit keys a job may name.</summary>
internal static class LimitKeyRules
{
    /// <summary>Null where none were given, or where there are faults.</summary>
    public static IReadOnlyList<LimitKey>? Check(string pointer, IReadOnlyList<string?>? given, RequestFaults faults)
    {
        if (given is null)
            return null;
        if (given.Count > LimitKey.MaxPerJob)
            faults.Add(pointer, $"Expected at most {LimitKey.MaxPerJob} keys.");

        var keys = new List<LimitKey>(given.Count);
        for (var i = 0; i < given.Count; i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}");
            if (!LimitKey.TryParse(given[i], out var key))
                faults.Add(at, $"Expected a key that matches {LimitKey.Expression}.");
            else if (key.IsImplied)
                faults.Add(at, "A job is limited by its queue and its type without naming them.");
            else
                keys.Add(key);
        }

        return keys;
    }
}
