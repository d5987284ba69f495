namespace JobService.Core.Signals;

/// <summary>Carries signals between processes.</summary>
public interface ISignalLine
{
    /// <summary>Tells the other processes.</summary>
    Task SendAsync(SignalKind signal, CancellationToken cancellationToken);

    /// <summary>Hears the other processes, until cancelled or until the line breaks, which throws.</summary>
    Task ListenAsync(Action<SignalKind> heard, CancellationToken cancellationToken);
}
