using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Problems;

/// <summary>
/// Whether a client reads anything an endpoint writes (RFC 9110 §12.5.1), so that it is told before something is done. Endpoints say what
/// they write by <c>Produces</c>; of one that says nothing, and of an <c>Accept</c> that can't be read, nothing is refused.
/// </summary>
internal static class Acceptable
{
    /// <summary>Whether a client reads this type.</summary>
    public static bool Is(string type, StringValues accept) => RangesOf(accept) is not { } ranges || IsAccepted(type, ranges);

    public static bool IsAny(Endpoint? endpoint, StringValues accept)
    {
        if (RangesOf(accept) is not { } ranges)
            return true;

        // Of its good answers. Problems are written whatever the client accepts.
        var written = endpoint?.Metadata.OfType<IProducesResponseTypeMetadata>()
            .Where(answer => answer.StatusCode < StatusCodes.Status400BadRequest)
            .SelectMany(answer => answer.ContentTypes)
            .ToArray() ?? [];
        return written.Length == 0 || Array.Exists(written, type => IsAccepted(type, ranges));
    }

    private static IList<MediaTypeHeaderValue>? RangesOf(StringValues accept) =>
        !StringValues.IsNullOrEmpty(accept) && MediaTypeHeaderValue.TryParseList([.. accept.Select(line => line ?? "")], out var ranges) ? ranges : null;

    // The range that says most about a type decides: "application/json;q=0, */*" is everything but JSON.
    private static bool IsAccepted(string type, IEnumerable<MediaTypeHeaderValue> ranges)
    {
        var decisive = ranges.Where(range => range.MatchesMediaType(type)).MaxBy(range => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2);
        return decisive is { Quality: null or > 0 };
    }
}
