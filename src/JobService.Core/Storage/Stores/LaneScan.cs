namespace JobService.Core.Storage.Stores;

/// <summary>How far back a scan of a lane begins.</summary>
internal enum LaneScan
{
    /// <summary>Where the last one ended.</summary>
    Tail,

    /// <summary>Where the lane stood 250 ms ago.</summary>
    Late,

    /// <summary>Where it stood 30 s ago.</summary>
    Warm,

    /// <summary>At its very start.</summary>
    Full,
}
