using JobService.Core.Errors;

namespace JobService.Core.Queues;

/// <summary>Which time of a queue is told, and in which steps: whole minutes, as they are kept.</summary>
public sealed record QueueHistoryWindow
{
    public const int MaxPoints = 1_000;

    /// <summary>How many steps there are where nobody says since when.</summary>
    private const int DefaultPoints = 60;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestStep = TimeSpan.FromDays(36_500);

    private QueueHistoryWindow(DateTimeOffset from, DateTimeOffset to, TimeSpan step) => (From, To, Step) = (from, to, step);

    public DateTimeOffset From { get; }

    /// <summary>The end, which is not of it. The last step is a shorter one where it does not end there.</summary>
    public DateTimeOffset To { get; }

    public TimeSpan Step { get; }

    /// <summary>How many steps there are.</summary>
    public int Points => (int)CountOf(From, To, Step);

    /// <summary>Takes what is asked for to whole minutes, the first one and the last one included; nothing is told of what is to come.</summary>
    /// <param name="from">Null for 60 steps before the end.</param>
    /// <param name="to">Null for now.</param>
    /// <param name="step">Null for a minute.</param>
    /// <param name="now">By the caller's clock.</param>
    public static Result<QueueHistoryWindow> Of(DateTimeOffset? from, DateTimeOffset? to, TimeSpan? step, DateTimeOffset now)
    {
        var width = step ?? Minute;
        if (width < Minute || width > LongestStep || width.Ticks % Minute.Ticks != 0)
            return new Refusal.Invalid([new Fault("step", "Expected a duration of whole minutes, at least one.")]);

        var end = Floor((to < now ? to.Value : now) + Minute - TimeSpan.FromTicks(1));
        var start = from is { } given ? Floor(given) : end - DateTimeOffset.UnixEpoch < DefaultPoints * width ? DateTimeOffset.UnixEpoch : end - DefaultPoints * width;
        if (start >= end)
            return new Refusal.Invalid([new Fault("from", "Expected a time before to, and before now.")]);

        return CountOf(start, end, width) > MaxPoints
            ? new Refusal.Invalid([new Fault("step", $"Expected at most {MaxPoints} steps; take longer ones, or a shorter time.")])
            : new QueueHistoryWindow(start, end, width);
    }

    private static long CountOf(DateTimeOffset from, DateTimeOffset to, TimeSpan step) => (to - from + step - TimeSpan.FromTicks(1)).Ticks / step.Ticks;

    private static DateTimeOffset Floor(DateTimeOffset instant) => new(instant.UtcTicks - instant.UtcTicks % Minute.Ticks, TimeSpan.Zero);
}
