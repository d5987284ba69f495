namespace JobService.Core.Handlers;

/// <summary>A result that is JSON already: stored as it is.</summary>
/// <param name="Utf8Json">One JSON value, UTF-8.</param>
public sealed record RawResult(ReadOnlyMemory<byte> Utf8Json);
