namespace JobService.Core.Claiming;

/// <summary>When it is worth looking for jobs again that limits have held up.</summary>
/// <param name="IsMoreReady">At once: there are more than were claimed.</param>
/// <param name="IsHeldUp">Once something that was claimed here has ended: it may have been what others wait for.</param>
/// <param name="LookIn">After so long at the latest; null where nothing is known to open.</param>
public readonly record struct Outlook(bool IsMoreReady, bool IsHeldUp, TimeSpan? LookIn);
