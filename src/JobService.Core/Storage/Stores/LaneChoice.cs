namespace JobService.Core.Storage.Stores;

/// <summary>What a claim scans.</summary>
/// <param name="Lanes">The lanes in order: those of suspects, then share by share.</param>
/// <param name="Rooms">By share: how many jobs of all its lanes.</param>
internal sealed record LaneChoice(IReadOnlyList<ChosenLane> Lanes, IReadOnlyList<int> Rooms)
{
    /// <summary>The settings by which it was made.</summary>
    public LaneSettings Settings { get; init; } = LaneSettings.None;
}
