namespace JobService.Core.Schedules;

/// <summary>
/// What a schedule owes at an instant: a function of its cadence, of where it stands and of the time. However long nobody was there, a round is
/// bounded, and the next one goes on where it ended.
/// </summary>
internal sealed record DueRound
{
    /// <summary>Occurrences a round takes.</summary>
    public const int MaxOccurrences = 1_000;

    /// <summary>Occurrences that are made up for at most: fewer than a round takes, so that each round gets on.</summary>
    public const int MaxCatchUp = 500;

    /// <summary>In their order.</summary>
    public required IReadOnlyList<DueOccurrence> Occurrences { get; init; }

    /// <summary>When the next one is due; in the past where there is more than one round takes. Null where none will ever come.</summary>
    public required DateTimeOffset? NextDueAt { get; init; }

    /// <param name="cadence">When it is due.</param>
    /// <param name="policy">What becomes of those that nobody was there for.</param>
    /// <param name="maxCatchUp">How many of them get a job each under <see cref="MisfirePolicy.FireAll"/>: up to <see cref="MaxCatchUp"/>.</param>
    /// <param name="endAt">The last instant at which one may be due.</param>
    /// <param name="dueAt">The first occurrence that is not decided yet.</param>
    /// <param name="now">By the database's clock.</param>
    /// <param name="lateAfter">How long after its time an occurrence counts as missed.</param>
    public static DueRound At(
        Cadence cadence, MisfirePolicy policy, int maxCatchUp, DateTimeOffset? endAt, DateTimeOffset dueAt, DateTimeOffset now, TimeSpan lateAfter)
    {
        var (due, next) = Take(cadence, dueAt, now < endAt ? now : endAt ?? now);
        var madeUp = policy switch
        {
            MisfirePolicy.FireOnce => 1,
            MisfirePolicy.FireAll => Math.Min(maxCatchUp, MaxCatchUp),
            MisfirePolicy.Skip => 0,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        var late = due.FindLastIndex(at => now - at > lateAfter) + 1;
        if (late == due.Count && next <= now && (endAt is null || next <= endAt))
        {
            // More than a round takes, and which of the late ones are the last is not seen yet: those that may be are left to the next round.
            next = madeUp == 0 ? next : due[^madeUp];
            due.RemoveRange(due.Count - madeUp, madeUp);
            (late, madeUp) = (due.Count, 0);
        }

        return new DueRound
        {
            Occurrences = [.. due.Select((at, i) => new DueOccurrence(at, Fires: i >= late - madeUp, IsLate: i < late))],
            NextDueAt = next > endAt ? null : next,
        };
    }

    private static (List<DateTimeOffset> Due, DateTimeOffset? Next) Take(Cadence cadence, DateTimeOffset first, DateTimeOffset until)
    {
        var due = new List<DateTimeOffset>();
        DateTimeOffset? next = first;
        while (next is { } at && at <= until && due.Count < MaxOccurrences)
        {
            due.Add(at);
            next = cadence.Next(at)?.At;
        }

        return (due, next);
    }
}
