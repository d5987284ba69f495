namespace JobService.Api.Jobs;

internal static class LocatedResults
{
    public static LocatedResult At(this IResult result, string location, int? retryAfterSeconds = null) => new(result, location, retryAfterSeconds);
}
