namespace JobService.Core.Handlers;

/// <summary>
/// The payload is read to the letter: names in their own case, numbers as numbers, and no member that it doesn't have. Without it a handler's
/// payload is read by System.Text.Json's web defaults.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class StrictPayloadAttribute : Attribute;
