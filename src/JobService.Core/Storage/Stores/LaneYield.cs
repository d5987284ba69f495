namespace JobService.Core.Storage.Stores;

/// <summary>What one claim took from one lane.</summary>
/// <param name="Count">How many jobs.</param>
/// <param name="LastSeq">The highest seq of them.</param>
internal readonly record struct LaneYield(int Count, long LastSeq);
