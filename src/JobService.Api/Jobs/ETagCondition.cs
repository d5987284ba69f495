using JobService.Core.Errors;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Jobs;

/// <summary>The versions named by an <c>If-Match</c> or <c>If-None-Match</c> header (RFC 9110 §13.1), or any of them (<c>*</c>).</summary>
internal sealed class ETagCondition
{
    private readonly IList<EntityTagHeaderValue> tags;
    private readonly bool isStrong;

    private ETagCondition(IList<EntityTagHeaderValue> tags, bool isStrong) => (this.tags, this.isStrong) = (tags, isStrong);

    /// <summary>The condition of a change: compared strongly. A request without one meets everything.</summary>
    public static Result<ETagCondition> IfMatch(IHeaderDictionary headers) => Parse("If-Match", headers.IfMatch, isStrong: true);

    /// <summary>The versions a reader has: compared weakly. A request without them has none.</summary>
    public static Result<ETagCondition> IfNoneMatch(IHeaderDictionary headers) => Parse("If-None-Match", headers.IfNoneMatch, isStrong: false);

    /// <summary>Whether the header is there at all.</summary>
    public bool IsGiven => tags.Count > 0;

    /// <summary>Whether any version will do.</summary>
    public bool IsAny => tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any));

    /// <summary>Whether it names this version of something that exists.</summary>
    public bool Names(EntityTagHeaderValue current) => tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, isStrong));

    private static Result<ETagCondition> Parse(string header, StringValues values, bool isStrong)
    {
        if (values.Count == 0)
            return new ETagCondition([], isStrong);
        if (EntityTagHeaderValue.TryParseStrictList([.. values.Select(value => value!)], out var tags))
            return new ETagCondition(tags, isStrong);

        return new Refusal.Malformed([new Fault(header, "Expected entity tags in double quotes, parted by commas, or *.")]);
    }
}
