using System.Runtime.InteropServices;

namespace JobService.Bench.Measuring;

/// <summary>Ctrl+C, or another way to ask the bench to end: it takes down what it started first.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource asked = new();
    private readonly IReadOnlyList<PosixSignalRegistration> registrations;

    public Interruption() =>
        registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal => PosixSignalRegistration.Create(signal, Ask))];

    /// <summary>Cancelled once it was asked for.</summary>
    public CancellationToken Token => asked.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        asked.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        context.Cancel = true;
        asked.Cancel();
    }
}
