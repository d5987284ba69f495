using System.Collections.Immutable;
using JobService.Core.Jobs;

namespace JobService.Conformance.Stores;

/// <summary>A sequence as anyone may see it.</summary>
/// <param name="Key">Of its jobs.</param>
/// <param name="Head">Whose turn it is.</param>
/// <param name="IsHeld">Whether the failure of its head holds the others up.</param>
/// <param name="Behind">Who waits behind, in their order.</param>
public sealed record SequenceSight(string Key, JobId Head, bool IsHeld, ImmutableList<JobId> Behind);
