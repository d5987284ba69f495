using System.Collections.Frozen;
using System.Text.Json;

namespace JobService.Api.Schedules;

/// <summary>The members of an enumeration as the API writes them.</summary>
internal static class ScheduleWords<T>
    where T : struct, Enum
{
    public static readonly FrozenDictionary<string, T> Values = Enum.GetValues<T>().ToFrozenDictionary(Of, StringComparer.Ordinal);

    public static string Of(T value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
