namespace JobService.Core.Errors;

/// <summary>Makes results of interface types, which no implicit conversion can.</summary>
public static class Result
{
    public static Result<T> Of<T>(T value)
        where T : notnull => Result<T>.Of(value);
}
