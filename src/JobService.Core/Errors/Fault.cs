using System.Globalization;

namespace JobService.Core.Errors;

/// <summary>One fault of a request and where it is.</summary>
/// <param name="Pointer">A JSON pointer (RFC 6901) into the body; the name of the parameter or header where there is no body; empty for the whole.</param>
/// <param name="Detail">A sentence that says what is wrong and what would be right.</param>
public sealed record Fault(string Pointer, string Detail)
{
    /// <summary>Names from this length on are not repeated.</summary>
    public const int LongName = 256;

    /// <summary>One step of a pointer.</summary>
    public static string StepTo(string name) =>
        "/" + name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>One step of a pointer, or nothing where the name is too long to repeat.</summary>
    public static string ShortStepTo(string name) => name.Length < LongName ? StepTo(name) : "";

    /// <summary>What is said of a number beyond its range; null where it is within, or was not given.</summary>
    public static Fault? OutOfRange<T>(string pointer, T? value, T lowest, T highest)
        where T : struct, IComparable<T> =>
        value is not { } given || given.CompareTo(lowest) >= 0 && given.CompareTo(highest) <= 0
            ? null
            : new Fault(pointer, string.Create(CultureInfo.InvariantCulture, $"Expected a number from {lowest} to {highest}."));

    /// <summary>The same of a duration; its <paramref name="range"/> is told in words.</summary>
    public static Fault? OutOfRange(string pointer, TimeSpan? value, TimeSpan shortest, TimeSpan longest, string range) =>
        value < shortest || value > longest ? new Fault(pointer, $"Expected a duration {range}.") : null;
}
