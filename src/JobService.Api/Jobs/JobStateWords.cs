using System.Collections.Frozen;
using JobService.Core.Jobs;

namespace JobService.Api.Jobs;

/// <summary>The states as the API writes them.</summary>
internal static class JobStateWords
{
    /// <summary>Each word with its state.</summary>
    public static readonly FrozenDictionary<string, JobState> All =
        Enum.GetValues<JobState>().ToFrozenDictionary(state => state.Word(), StringComparer.Ordinal);

    public static string Word(this JobState state) => state.ToString().ToLowerInvariant();
}
