using JobService.Api.Json;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>Checks tags against <see cref="JobTags"/>.</summary>
internal static class TagRules
{
    public static IReadOnlyDictionary<string, string>? Check(string pointer, IReadOnlyDictionary<string, string?>? given, RequestFaults faults)
    {
        if (given is null)
            return null;
        if (given.Count > JobTags.MaxCount)
            faults.Add(pointer, $"Expected at most {JobTags.MaxCount} tags.");

        var tags = new Dictionary<string, string>(given.Count, StringComparer.Ordinal);
        foreach (var (key, value) in given)
        {
            if (!JobTags.IsKey(key))
                faults.Add(pointer + JsonTrail.ShortPointerTo(key), $"Expected a key that matches {JobTags.KeyExpression}.");
            if (value is null || value.Length > JobTags.MaxValueLength)
                faults.Add(pointer + JsonTrail.ShortPointerTo(key), $"Expected a string of at most {JobTags.MaxValueLength} characters.");
            else
                tags.Add(key, value);
        }

        return tags;
    }
}
