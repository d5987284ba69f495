using System.Text.Json.Serialization;
using JobService.Core.Jobs.Json;

namespace JobService.Api.Json;

/// <summary>
/// A value of a request that is kept to the byte: where it stands in the body, and nothing of what it means. It was walked once, so it is
/// valid JSON, no deeper than <see cref="JobJson.MaxDepth"/>, and no object in it has two members of one name.
/// </summary>
[JsonConverter(typeof(JsonSliceConverter))]
internal readonly record struct JsonSlice(int Start, int Length)
{
    /// <summary>False where the request has no such member. A <c>null</c> that is written out counts as given.</summary>
    public bool IsGiven => Length > 0;

    /// <summary>The bytes as the caller sent them; null where there are none.</summary>
    public ReadOnlyMemory<byte>? Of(ReadOnlyMemory<byte> body)
    {
        if (IsGiven)
            return body.Slice(Start, Length);
        return null;
    }
}
