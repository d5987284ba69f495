namespace JobService.Core.Storage.Stores;

/// <summary>While one exchange ends what was claimed under limits.</summary>
/// <param name="directory">Where that is noted.</param>
/// <param name="isAny">Whether it ends any.</param>
internal readonly struct EndingUnderLimits(LimitedDirectory directory, bool isAny) : IDisposable
{
    /// <summary>Whether no other exchange of this worker is about to end anything; to be used under the gate of the lanes.</summary>
    public bool IsAlone => directory.EndsUnderWay == (isAny ? 1 : 0);

    public void Dispose()
    {
        if (isAny)
            directory.Ended();
    }
}
