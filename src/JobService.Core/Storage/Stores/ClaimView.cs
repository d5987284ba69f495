using JobService.Core.Claiming;

namespace JobService.Core.Storage.Stores;

/// <summary>Where one claim looks.</summary>
/// <param name="Request">What is asked for.</param>
/// <param name="Lanes">The lanes of queues without limits, in order.</param>
/// <param name="TypeIds">The types without limits.</param>
/// <param name="Limited">Where jobs wait for which limits are asked first; mostly nothing.</param>
/// <param name="Quiet">Where such jobs may come to wait in the lanes of queues.</param>
/// <param name="SettingsVersion">The number of the settings by which all this was chosen.</param>
internal sealed record ClaimView(
    ClaimRequest Request, IReadOnlyList<Lane> Lanes, int[] TypeIds, IReadOnlyList<LimitedLane> Limited, IReadOnlyList<LimitedLane> Quiet, long SettingsVersion)
{
    public bool HasPlain => Lanes.Count > 0 && TypeIds.Length > 0;
}
