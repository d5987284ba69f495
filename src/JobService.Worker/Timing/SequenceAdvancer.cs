using JobService.Core.Sequences;
using JobService.Core.Signals;
using Microsoft.Extensions.Logging;

namespace JobService.Worker.Timing;

/// <summary>Lets the next jobs of sequences go: at once where those before them have ended in this process, else within a moment. Every worker does it; the database sees to it that each goes once.</summary>
internal sealed partial class SequenceAdvancer(IEndedHeadsStore heads, SignalHub signals, TimeProvider clock, ILogger<SequenceAdvancer> log) : RoundService(clock, log)
{
    private const int EndsARound = 500;

    /// <summary>What it finds is rare: something has ended in a process of the version before.</summary>
    private static readonly TimeSpan RecoverEvery = TimeSpan.FromMinutes(5);

    private readonly TimeProvider clock = clock;
    private readonly ILogger<SequenceAdvancer> log = log;
    private long? lastRecovery;

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(500);

    public override async Task<bool> RoundAsync(CancellationToken cancellationToken)
    {
        if (lastRecovery is not { } last || clock.GetElapsedTime(last) >= RecoverEvery)
        {
            var recovered = await heads.RecoverAsync(cancellationToken);
            lastRecovery = clock.GetTimestamp();
            if (recovered > 0)
                LogRecovered(recovered);
        }

        var advanced = await heads.AdvanceAsync(EndsARound, cancellationToken);
        if (advanced.Ready > 0)
            signals.JobsReady();
        if (advanced.Held > 0)
            LogHeld(advanced.Held);
        return advanced.Ends == EndsARound;
    }

    protected override Task WaitAsync(TimeSpan interval, CancellationToken cancellationToken) => signals.Heads.WaitAsync(interval, cancellationToken);
}
