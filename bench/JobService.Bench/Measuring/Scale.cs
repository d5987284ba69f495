namespace JobService.Bench.Measuring;

/// <summary>How much of everything a run measures.</summary>
internal sealed record Scale
{
    /// <summary>What a published table is made of.</summary>
    public static readonly Scale Full = new();

    /// <summary>A few minutes, for daily use: the same ratios, smaller and fewer times, and of the peers only graphile-worker.</summary>
    public static readonly Scale Quick = new()
    {
        Rounds = 2,
        CloseRounds = 2,
        Drain = 100_000,
        HeldDrain = 60_000,
        Backlog = 200_000,
        Scheduled = 100_000,
        Schedules = 10_000,
        SchedulesAtOnce = 1_000,
        HistoryADay = 500,
        Connections = [64, 256],
        WarmUpSeconds = 4,
        LoadSeconds = 2,
        Latencies = 60,
        Bulk = 50_000,
        HasOtherPeers = false,
    };

    /// <summary>Whether everything still runs: without peers, of no worth as figures.</summary>
    public static readonly Scale Smoke = new()
    {
        Rounds = 1,
        CloseRounds = 1,
        Drain = 2_000,
        HeldDrain = 1_000,
        SmallDrain = 500,
        Backlog = 60_000,
        Scheduled = 1_000,
        Schedules = 1_000,
        SchedulesAtOnce = 100,
        Limits = 100,
        Days = 3,
        HistoryADay = 500,
        Connections = [64, 256],
        WarmUpSeconds = 1,
        LoadSeconds = 1,
        Latencies = 10,
        Bulk = 2_000,
        HasPeers = false,
        HasOtherPeers = false,
    };

    public int Rounds { get; private init; } = 3;

    /// <summary>Where a few hundredths decide.</summary>
    public int CloseRounds { get; private init; } = 8;

    /// <summary>Jobs a drain.</summary>
    public int Drain { get; private init; } = 400_000;

    /// <summary>Jobs a drain under a held snapshot.</summary>
    public int HeldDrain { get; private init; } = 500_000;

    /// <summary>Jobs of a small backlog.</summary>
    public int SmallDrain { get; private init; } = 10_000;

    /// <summary>Jobs a drain of those that take hundreds a second.</summary>
    public int SlowDrain { get; private init; } = 3_000;

    public int Backlog { get; private init; } = 10_000_000;

    public int Scheduled { get; private init; } = 10_000_000;

    /// <summary>Schedules, a hundredth of which are due each second.</summary>
    public int Schedules { get; private init; } = 100_000;

    /// <summary>Schedules that are due at the same instant.</summary>
    public int SchedulesAtOnce { get; private init; } = 10_000;

    /// <summary>Limits whose keys the drained jobs don't name.</summary>
    public int Limits { get; private init; } = 1_000;

    /// <summary>Jobs that wait behind each of them.</summary>
    public int HeldByEach { get; private init; } = 10;

    /// <summary>Daily partitions of history.</summary>
    public int Days { get; private init; } = 60;

    /// <summary>Finished jobs in each of them; up to 4,300.</summary>
    public int HistoryADay { get; private init; } = 4_000;

    /// <summary>How many connections post at once; 64 and 256 are compared with others.</summary>
    public IReadOnlyList<int> Connections { get; private init; } = [1, 16, 64, 256];

    /// <summary>How long a server is posted to before it is measured: until then it mostly compiles itself.</summary>
    public int WarmUpSeconds { get; private init; } = 10;

    public int LoadSeconds { get; private init; } = 8;

    public int Latencies { get; private init; } = 500;

    public int Bulk { get; private init; } = 400_000;

    /// <summary>Whether graphile-worker is measured too, which the ratios are against.</summary>
    public bool HasPeers { get; private init; } = true;

    /// <summary>Whether all others are.</summary>
    public bool HasOtherPeers { get; private init; } = true;
}
