namespace JobService.Core.Errors;

/// <summary>One fault of a request and where it is.</summary>
/// <param name="Pointer">A JSON pointer (RFC 6901) into the body; the name of the parameter or header where there is no body; empty for the whole.</param>
/// <param name="Detail">A sentence that says what is wrong and what would be right.</param>
public sealed record Fault(string Pointer, string Detail);
