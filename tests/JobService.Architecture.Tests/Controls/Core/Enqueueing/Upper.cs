namespace JobService.Architecture.Tests.Controls.Core.Enqueueing;

/// <summary>What a lower feature must not know.</summary>
public sealed class Upper;
