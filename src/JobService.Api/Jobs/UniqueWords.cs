using System.Collections.Frozen;
using System.Text.Json;
using JobService.Core.Keys;

namespace JobService.Api.Jobs;

/// <summary>What scopes and conflicts are called.</summary>
internal static class UniqueWords
{
    public static readonly FrozenDictionary<string, UniqueScope> Scopes = Of<UniqueScope>();

    public static readonly FrozenDictionary<string, UniqueConflict> Conflicts = Of<UniqueConflict>();

    public static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static FrozenDictionary<string, T> Of<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToFrozenDictionary(value => Word(value), StringComparer.Ordinal);
}
