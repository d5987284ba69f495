using System.Text.Json;
using JobService.Core.Jobs.Json;

namespace JobService.Core.Routing;

/// <summary>What stands at a place of a payload: of an array or an object only that it is there.</summary>
/// <param name="Kind">The first token of it; <see cref="JsonTokenType.None"/> where there is nothing.</param>
/// <param name="Start">Where its text begins.</param>
/// <param name="Length">The bytes of its text.</param>
/// <param name="Number">Of a number, its value.</param>
internal readonly record struct FoundValue(JsonTokenType Kind, int Start, int Length, JsonNumber Number)
{
    public bool IsThere => Kind != JsonTokenType.None;

    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}
