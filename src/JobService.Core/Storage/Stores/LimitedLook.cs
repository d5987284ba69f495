namespace JobService.Core.Storage.Stores;

/// <summary>A look for lanes of limited jobs that got something.</summary>
/// <param name="Quiet">Those in the lanes of queues, of which nobody hears.</param>
/// <param name="Scans">How far back it looks in each of them.</param>
/// <param name="Arrivals">How far back it looks for what came to others; null where there are none.</param>
/// <param name="Generation">Of the lanes when it began.</param>
internal sealed record LimitedLook(IReadOnlyList<LimitedLane> Quiet, (LaneScan Scan, long AfterSeq)[] Scans, (LaneScan Scan, long AfterSeq)? Arrivals, int Generation)
{
    /// <summary>How many statements it takes.</summary>
    public int Statements => (Quiet.Count > 0 ? 1 : 0) + (Arrivals is null ? 0 : 1);
}
