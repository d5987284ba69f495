namespace JobService.Core.Handlers;

/// <summary>The payload as it was given, for a handler that reads it itself.</summary>
/// <param name="Utf8Json">One JSON value, UTF-8.</param>
public sealed record RawPayload(ReadOnlyMemory<byte> Utf8Json);
