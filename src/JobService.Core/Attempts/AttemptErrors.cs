using JobService.Core.Handlers;

namespace JobService.Core.Attempts;

/// <summary>Makes an error out of whatever was thrown.</summary>
public static class AttemptErrors
{
    /// <summary>Type, message and stack of an exception, with its inner ones; never throws, whatever the exception's own members do.</summary>
    public static AttemptError From(Exception exception)
    {
        var root = exception is AggregateException { InnerExceptions: [var only] } ? only : exception;
        return new AttemptError(
            root is JobFailureException failure ? failure.Type : root.GetType().FullName ?? root.GetType().Name,
            Ask(() => root.Message),
            Ask(root.ToString));
    }

    private static string Ask(Func<string?> member)
    {
        try
        {
            return member() ?? "";
        }
        catch (Exception e)
        {
            return $"(the exception's own text could not be read: {e.GetType().FullName})";
        }
    }
}
