namespace JobService.Core.Sequences;

/// <summary>Which sequences to list.</summary>
/// <param name="Prefix">What their keys begin with; empty for any.</param>
/// <param name="IsHeld">Whether they are held up; null for whether or not.</param>
public sealed record SequenceFilter(string Prefix = "", bool? IsHeld = null);
