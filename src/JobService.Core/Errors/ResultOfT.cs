using System.Diagnostics.CodeAnalysis;

namespace JobService.Core.Errors;

/// <summary>The answer to a command: a value, or the <see cref="Errors.Refusal"/> that says why not.</summary>
public readonly struct Result<T>
    where T : notnull
{
    private Result(T? value, Refusal? refusal)
    {
        Value = value;
        Refusal = refusal;
    }

    public T? Value { get; }

    public Refusal? Refusal { get; }

    public static implicit operator Result<T>(T value) => new(value, refusal: null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);

    internal static Result<T> Of(T value) => new(value, refusal: null);

    public bool IsRefused([NotNullWhen(true)] out Refusal? refusal, [NotNullWhen(false)] out T? value)
    {
        (refusal, value) = (Refusal, Value);
        return refusal is not null;
    }
}
