namespace JobService.Core.Storage.Stores;

/// <summary>A look for lanes of limited jobs that got something.</summary>
/// <param name="Quiet">Those in the lanes of queues, of which nobody hears.</param>
/// <param name="Scans">How far back it looks in each of them.</param>
/// <param name="Arrivals">How far back it looks for what came to others; null where there are none.</param>
/// <param name="Next">Lanes whose turn comes soon, if they were not served elsewhere.</param>
/// <param name="Generation">Of the lanes when it began.</param>
internal sealed record LimitedLook(IReadOnlyList<LimitedLane> Quiet, (LaneScan Scan, long AfterSeq)[] Scans, (LaneScan Scan, long AfterSeq)? Arrivals, IReadOnlyList<LimitedLane> Next, int Generation)
{
    /// <summary>Whether nothing is known yet of what waits.</summary>
    public bool IsFirst { get; init; }
}
