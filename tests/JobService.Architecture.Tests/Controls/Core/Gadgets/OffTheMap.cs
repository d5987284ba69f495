namespace JobService.Architecture.Tests.Controls.Core.Gadgets;

/// <summary>Breaks the rule that every feature has its place.</summary>
public sealed class OffTheMap;
