using System.Collections.Frozen;
using System.Text.Json;
using JobService.Core.Jobs;

namespace JobService.Core.Storage.Stores;

/// <summary>Policies, tags and occurrences as they are stored: the default ones and none at all take no room.</summary>
internal static class StoredJson
{
    public static byte[]? Write(JobPolicies policies) =>
        policies == JobPolicies.Default ? null : JsonSerializer.SerializeToUtf8Bytes(policies, StoredJsonContext.Default.JobPolicies);

    public static JobPolicies ReadPolicies(ReadOnlyMemory<byte>? json) =>
        json is { } bytes ? JsonSerializer.Deserialize(bytes.Span, StoredJsonContext.Default.JobPolicies)! : JobPolicies.Default;

    public static JobPolicies ReadPolicies(string? json) =>
        json is null ? JobPolicies.Default : JsonSerializer.Deserialize(json, StoredJsonContext.Default.JobPolicies)!;

    public static string? Write(IReadOnlyDictionary<string, string> tags) =>
        tags.Count == 0 ? null : JsonSerializer.Serialize(tags, StoredJsonContext.Default.IReadOnlyDictionaryStringString);

    public static IReadOnlyDictionary<string, string> ReadTags(string? json) =>
        json is null ? FrozenDictionary<string, string>.Empty : JsonSerializer.Deserialize(json, StoredJsonContext.Default.DictionaryStringString)!;

    public static byte[]? Write(JobSchedule? schedule) =>
        schedule is null ? null : JsonSerializer.SerializeToUtf8Bytes(schedule, StoredJsonContext.Default.JobSchedule);

    public static JobSchedule? ReadSchedule(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, StoredJsonContext.Default.JobSchedule);
}
