namespace JobService.Core.Routing;

/// <summary>What a rule asks of one place of a payload. A place that isn't there meets nothing but <c>exists: false</c>.</summary>
/// <param name="Pointer">A JSON pointer (RFC 6901) into the payload.</param>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Operand">With what, as JSON: a string, a number, true, false or null; an array of such for <see cref="Comparison.In"/>; true or false for <see cref="Comparison.Exists"/>.</param>
public sealed record PayloadCondition(string Pointer, Comparison Comparison, string Operand);
