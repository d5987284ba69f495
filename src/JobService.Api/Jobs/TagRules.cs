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
        faults.Add(JobTags.Check(pointer, given));
        return given.Where(tag => tag.Value is not null).ToDictionary(tag => tag.Key, tag => tag.Value!, StringComparer.Ordinal);
    }
}
