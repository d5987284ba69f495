namespace JobService.Core.Signals;

/// <summary>What a signal says. Any of them may be lost: polling finds everything, later.</summary>
public enum SignalKind
{
    /// <summary>A worker has nothing to do and would like to hear of new jobs.</summary>
    Idle,

    /// <summary>There may be something to claim.</summary>
    Ready,

    /// <summary>Someone wants a running job cancelled.</summary>
    Cancel,

    /// <summary>The routes or the settings of a job type are others.</summary>
    Routing,
}
