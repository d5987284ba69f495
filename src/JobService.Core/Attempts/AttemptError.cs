namespace JobService.Core.Attempts;

/// <summary>Why an attempt failed, as data that is kept with it. The texts are clean: no NUL, no lone surrogate, of bounded length.</summary>
public sealed record AttemptError
{
    /// <summary>The type of an error that its handler gave none, by which rules can name it.</summary>
    public const string Unnamed = "error.unnamed";

    public const int MaxTypeLength = 256;
    public const int MaxMessageLength = 8 * 1024;
    public const int MaxStackLength = 32 * 1024;

    public AttemptError(string type, string message, string? stack = null)
    {
        Type = string.IsNullOrEmpty(type) ? Unnamed : StorableText.Clean(type, MaxTypeLength);
        Message = StorableText.Clean(message, MaxMessageLength);
        Stack = stack is null ? null : StorableText.Clean(stack, MaxStackLength);
    }

    /// <summary>What retry rules match on: a stable name such as <c>http.503</c>, or the exception's full type name.</summary>
    public string Type { get; }

    public string Message { get; }

    /// <summary>The stack of the exception with its inner ones; null where there was none.</summary>
    public string? Stack { get; }
}
