using JobService.Core.Errors;
using JobService.Core.Rates;

namespace JobService.Core.Limits;

/// <summary>What holds for a key.</summary>
public sealed record LimitSettings
{
    private const int MostRunning = 1_000_000;

    /// <summary>How many of its jobs may run at once, on all workers together: 0 to 1,000,000; null for any number.</summary>
    public int? MaxRunning { get; init; }

    /// <summary>How many may start in a time; null for any number.</summary>
    public RateLimit? Rate { get; init; }

    /// <summary>Whether none may start until this is taken back. What runs goes on.</summary>
    public bool IsPaused { get; init; }

    /// <summary>What is wrong with it; nothing where each member is within its range.</summary>
    public IEnumerable<Fault> Check() =>
        (Fault.OutOfRange("/maxRunning", MaxRunning, 0, MostRunning) is { } fault ? [fault] : Array.Empty<Fault>()).Concat(Rate?.Check("/rate") ?? []);
}
