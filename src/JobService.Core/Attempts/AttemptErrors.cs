using JobService.Core.Handlers;

namespace JobService.Core.Attempts;

/// <summary>Makes an error out of whatever was thrown.</summary>
public static class AttemptErrors
{
    /// <summary>Type, message and stack of an exception, with its inner ones; never throws, whatever the exception's own members do.</summary>
    public static AttemptError From(Exception exception)
    {
        var root = Unwrap(exception);
        return new AttemptError(
            root is JobFailureException failure ? failure.Type : root.GetType().FullName ?? root.GetType().Name,
            Ask(() => root.Message),
            Ask(root.ToString));
    }

    /// <summary>What an aggregate of one is about: a handler that blocks on a task gets its exception wrapped.</summary>
    internal static Exception Unwrap(Exception exception)
    {
        while (exception is AggregateException { InnerExceptions: [var only] })
            exception = only;
        return exception;
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
