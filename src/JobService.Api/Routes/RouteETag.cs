using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace JobService.Api.Routes;

/// <summary>The version of the rules as a caller sees it.</summary>
internal static class RouteETag
{
    public static EntityTagHeaderValue Of(long version) => new(string.Create(CultureInfo.InvariantCulture, $"\"{version}\""));
}
