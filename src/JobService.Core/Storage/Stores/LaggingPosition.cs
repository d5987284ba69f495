namespace JobService.Core.Storage.Stores;

/// <summary>Where something stood at least <paramref name="lag"/> and at most twice that ago, from two remembered points.</summary>
internal sealed class LaggingPosition(TimeSpan lag)
{
    private TimeSpan? latestAt;
    private long latest;

    public long Position { get; private set; }

    /// <summary>Remembers <paramref name="position"/> when the last remembered one is old enough; true when it did.</summary>
    public bool Advance(TimeSpan now, long position)
    {
        if (latestAt is { } at && now - at < lag)
            return false;

        (Position, latest, latestAt) = (latest, position, now);
        return true;
    }
}
