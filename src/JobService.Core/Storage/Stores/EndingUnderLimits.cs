using JobService.Core.Leases;

namespace JobService.Core.Storage.Stores;

/// <summary>While one exchange ends what was claimed under limits.</summary>
/// <param name="directory">Where that is noted.</param>
/// <param name="tokens">Of what it ends.</param>
internal sealed class EndingUnderLimits(LimitedDirectory directory, LeaseToken[] tokens) : IDisposable
{
    /// <summary>Whether no other exchange of this worker is about to end anything; to be used under the gate of the lanes.</summary>
    public bool IsAlone => directory.EndsUnderWay == (tokens.Length > 0 ? 1 : 0);

    /// <summary>Whether all has been committed.</summary>
    public bool IsDone { get; set; }

    public void Dispose()
    {
        if (tokens.Length > 0)
            directory.Ended(tokens, IsDone);
    }
}
